/** The thread of the writer: takes one call after another from `store.ts`, answers each. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Feed, FeedChanges, FeedCursor } from '../../contracts.ts'
import { AppError, type ErrorCode, messageOf } from '../../errors.ts'
import type { PackedBatch } from './rows.ts'
import { SqliteWriter } from './writer.ts'

export type Call =
  | { readonly method: 'append'; readonly batch: PackedBatch }
  | { readonly method: 'prune'; readonly before: number }
  | { readonly method: 'setScope'; readonly user: string; readonly scope: string }
  | { readonly method: 'keepNote'; readonly name: string; readonly text: string }
  | { readonly method: 'setLanguage'; readonly user: string; readonly language: string | null }
  | { readonly method: 'addFeed'; readonly feed: Omit<Feed, 'id'>; readonly sent: number }
  | { readonly method: 'changeFeed'; readonly id: number; readonly changes: FeedChanges }
  | { readonly method: 'removeFeed'; readonly id: number }
  | { readonly method: 'saveCursors'; readonly cursors: readonly FeedCursor[] }
  | { readonly method: 'close' }

/** Errors cross threads as data: a class would arrive as a plain `Error` without its code. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { code: ErrorCode | null; message: string } }

/** So often is given back what is kept of the file: while little comes, most of it is not needed again. */
const SHRINK_EVERY_MS = 60_000

const port = parentPort
if (port === null) throw new Error('writer-thread.ts is for thread.js, which store.ts starts')

const writer = new SqliteWriter((workerData as { file: string }).file)

function answer(call: Call): Answer {
  try {
    switch (call.method) {
      case 'append':
        return { result: writer.append(call.batch) }
      case 'prune':
        return { result: writer.prune(call.before) }
      case 'setScope':
        return { result: writer.setScope(call.user, call.scope) }
      case 'keepNote':
        return { result: writer.keepNote(call.name, call.text) }
      case 'setLanguage':
        return { result: writer.setLanguage(call.user, call.language) }
      case 'addFeed':
        return { result: writer.addFeed(call.feed, call.sent) }
      case 'changeFeed':
        return { result: writer.changeFeed(call.id, call.changes) }
      case 'removeFeed':
        return { result: writer.removeFeed(call.id) }
      case 'saveCursors':
        return { result: writer.saveCursors(call.cursors) }
      case 'close':
        return { result: writer.close() }
    }
  } catch (error) {
    return { error: { code: error instanceof AppError ? error.code : null, message: messageOf(error) } }
  }
}

setInterval(() => writer.shrink(), SHRINK_EVERY_MS).unref()

port.on('message', (call: Call) => {
  port.postMessage(answer(call))
  if (call.method === 'close') port.close()
})
