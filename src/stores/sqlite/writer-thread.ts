/** The thread of the writer: takes one call after another from `store.ts`, answers each. */
import { parentPort, workerData } from 'node:worker_threads'
import { AppError, type ErrorCode, messageOf } from '../../errors.ts'
import type { PackedBatch } from './rows.ts'
import { SqliteWriter } from './writer.ts'

export type Call =
  | { readonly method: 'append'; readonly batch: PackedBatch }
  | { readonly method: 'prune'; readonly before: number }
  | { readonly method: 'setScope'; readonly user: string; readonly scope: string }
  | { readonly method: 'close' }

/** Errors cross threads as data: a class would arrive as a plain `Error` without its code. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { code: ErrorCode | null; message: string } }

const port = parentPort
if (port === null) throw new Error('writer-thread.ts is for thread.js, which store.ts starts')

const writer = new SqliteWriter(workerData as string)

function answer(call: Call): Answer {
  try {
    switch (call.method) {
      case 'append':
        return { result: writer.append(call.batch) }
      case 'prune':
        return { result: writer.prune(call.before) }
      case 'setScope':
        return { result: writer.setScope(call.user, call.scope) }
      case 'close':
        return { result: writer.close() }
    }
  } catch (error) {
    return { error: { code: error instanceof AppError ? error.code : null, message: messageOf(error) } }
  }
}

port.on('message', (call: Call) => {
  port.postMessage(answer(call))
  if (call.method === 'close') port.close()
})
