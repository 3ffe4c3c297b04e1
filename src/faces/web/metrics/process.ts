import { readdirSync, readFileSync } from 'node:fs'
import type { Metric } from './exposition.ts'

/** The usual ones about a process, under their usual names, as far as they cost nothing while nobody asks. */
export function processMetrics(): Metric[] {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { active, idle } = performance.eventLoopUtilization()
  return [
    one('process_cpu_user_seconds_total', 'counter', 'Processor time in user mode.', user / 1e6),
    one('process_cpu_system_seconds_total', 'counter', 'Processor time in system mode.', system / 1e6),
    one('process_cpu_seconds_total', 'counter', 'Processor time.', (user + system) / 1e6),
    one(
      'process_start_time_seconds',
      'gauge',
      'When the process began.',
      Math.round(performance.timeOrigin) / 1000,
    ),
    one('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
    one('process_open_fds', 'gauge', 'Open file descriptors.', ...openFiles()),
    one('process_max_fds', 'gauge', 'File descriptors that may be open.', ...mostOpenFiles()),
    one('nodejs_heap_size_used_bytes', 'gauge', 'What is used of the heap.', heapUsed),
    one('nodejs_heap_size_total_bytes', 'gauge', 'The heap.', heapTotal),
    one('nodejs_external_memory_bytes', 'gauge', 'Memory of buffers and the like.', external),
    one(
      'nodejs_eventloop_active_seconds_total',
      'counter',
      'Time in which the main thread was busy.',
      active / 1000,
    ),
    one(
      'nodejs_eventloop_idle_seconds_total',
      'counter',
      'Time in which the main thread had nothing to do.',
      idle / 1000,
    ),
  ]
}

const one = (name: string, type: 'counter' | 'gauge', help: string, ...values: number[]): Metric => ({
  name,
  type,
  help,
  samples: values.map((value) => ({ value })),
})

/** Only Linux says. */
function openFiles(): number[] {
  try {
    return [readdirSync('/proc/self/fd').length]
  } catch {
    return []
  }
}

/** Only Linux says; none where there is no limit. */
function mostOpenFiles(): number[] {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
    return soft === undefined ? [] : [Number(soft)]
  } catch {
    return []
  }
}
