// Has Node keep what it compiles, types stripped, from one start to the next: then it need not load what strips types,
// which takes 35 MB and half of the time to start. For the same reason this, and what begins a thread by importing it,
// is JavaScript.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)))
