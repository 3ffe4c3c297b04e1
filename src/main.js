#!/usr/bin/env node
// The program.
import './compile-cache.js'

await import('./cli/run.ts')
