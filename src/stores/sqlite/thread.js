// The threads of the store: of its writer, and of searches.
import { workerData } from 'node:worker_threads'
import '../../compile-cache.js'

await (workerData.part === 'writer' ? import('./writer-thread.ts') : import('./searcher.ts'))
