/** A real browser: Debian's Chromium. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Where there is none, what needs it is left out, and says so. */
export const HAS_BROWSER = existsSync(CHROMIUM)

/** Behind the names of tests that need it. */
export const NEEDS_BROWSER = HAS_BROWSER
  ? ''
  : ` (left out: there is no ${CHROMIUM}; apt-get install chromium)`

/** It asks nobody but those that its pages ask. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
