import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const OUT = join(here, '../dist/dashboard')

/** Beside each file that a browser reads as text, the same compressed: so nothing is compressed while it is served. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    for (const file of readdirSync(OUT, { recursive: true, encoding: 'utf8' })) {
      if (/\.(?:html|js|css|json|svg|webmanifest)$/.test(file))
        writeFileSync(join(OUT, `${file}.gz`), gzipSync(readFileSync(join(OUT, file)), { level: 9 }))
    }
  },
}

export default defineConfig({
  root: here,
  plugins: [compressed],
  resolve: {
    // Messages are the program's own; only what they stand on is another in a browser.
    alias: [{ find: './catalogues.ts', replacement: join(here, 'src/catalogues.ts') }],
  },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'baseline-widely-available',
    // What is put into the page as data: addresses is forbidden by its own policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: join(here, 'index.html'), worker: join(here, 'worker/worker.ts') },
      output: {
        // A service worker keeps its address: by that it is known as a newer one.
        entryFileNames: ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  // For work on it: `npx vite dashboard` beside a running program.
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', changeOrigin: true } } },
})
