// The writer's thread.
import '../../compile-cache.js'

await import('./writer-thread.ts')
