/** The page. */
import { render } from 'preact'
import { App } from './app.tsx'
import { recall } from './preferences.ts'
import './styles/page.css'

const place = document.getElementById('app') as HTMLElement

await recall()
place.replaceChildren()
render(<App />, place)

// Keeps the page and what was last said, so that it opens also while the program does not run.
if (import.meta.env.PROD) void navigator.serviceWorker?.register('/worker.js').catch(() => {})
