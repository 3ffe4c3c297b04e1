import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A child process whose lines can be waited for. */
export interface Child {
  readonly process: ChildProcess
  /** The rest of the first line that begins with `word`, from the moment of the call on. */
  line(word: string): Promise<string>
  end(): Promise<void>
}

export function startChild(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Child {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    ...options,
    env: { ...process.env, HTTP_PORT: '0', ...options.env },
  })
  const waiting = new Map<string, (rest: string) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', ...rest] = line.split(' ')
    waiting.get(word)?.(rest.join(' '))
    waiting.delete(word)
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    process: child,
    line: (word) => new Promise((resolve) => waiting.set(word, resolve)),
    end: async () => {
      child.stdin?.end()
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** CPU seconds (all threads) and peak memory in MB of a running process, as the kernel counts them. */
export function usageOf(pid: number): {
  cpuSeconds: number
  peakMb: number
  residentMb: number
  writtenBytes: number
} {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const io = readFileSync(`/proc/${pid}/io`, 'utf8')
  return {
    // utime and stime, in ticks of 10 ms.
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    residentMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    peakMb: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024,
    writtenBytes: Number(/^wchar: (\d+)/m.exec(io)?.[1]),
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
