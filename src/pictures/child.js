// The process that draws.
import '../compile-cache.js'

await import('./drawing.ts')
