/** The dashboard of the real program, in a real browser. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HAS_BROWSER, NEEDS_BROWSER, startBrowser } from '../browser.ts'
import { anEvent, type EventOptions } from '../events.ts'
import { Home, type Program, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'

const BUILT = new URL('../../dist/dashboard/', import.meta.url)
/** For a person to look at. */
const PICTURES = fileURLToPath(new URL('../../screenshots/', import.meta.url))
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const HOSTILE = '<img src=x onerror="document.title=1"> & "quotes" {{x}}'
const ARABIC = 'القاهرة (مدينة)'
const events = [
  ...Array.from({ length: 40 }, (_, i) =>
    anEvent({ at: Date.now() - (50 - i) * 1000, title: `Page ${i}`, growth: i * 40 - 700, bot: i % 7 === 0 }),
  ),
  anEvent({ at: Date.now() - 4000, title: HOSTILE, user: '<b>Eve</b>', type: 'new', growth: 900 }),
  anEvent({ at: Date.now() - 3000, title: ARABIC, user: 'مستخدم' }),
  anEvent({ at: Date.now() - 2000, wiki: 'dewiki', title: 'Köln', growth: 0 }),
]

test('the script is small: 80 kB compressed at most, all of it', () => {
  const scripts = readdirSync(BUILT, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  )
  const sizes = scripts.map((file) => gzipSync(readFileSync(new URL(file, BUILT)), { level: 9 }).length)
  expect(scripts.length).toBeGreaterThan(1)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(80_000)
})

describe.skipIf(!HAS_BROWSER)(`in Chromium${NEEDS_BROWSER}`, () => {
  let stream: EventStreamsSimulator
  let home: Home
  let program: Program
  let browser: Browser
  let url: string
  const pages: Page[] = []

  beforeAll(async () => {
    stream = await startEventStreams()
    // The same port again after it was stopped, as a server that runs somewhere has.
    const HTTP_PORT = String(await freePort())
    url = `http://127.0.0.1:${HTTP_PORT}/`
    home = new Home({ EVENTSTREAM_URL: stream.streamUrl(), HTTP_PORT })
    program = home.start()
    await Promise.all([stream.waitForConnection(1), program.logged(/web: listening/)])
    await stream.publish(events)
    await until('all is stored', () => home.stored() === events.length)
    browser = await startBrowser()
  })
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close()
  })
  afterAll(async () => {
    await browser?.close()
    await home?.remove()
    await stream?.close()
  })

  /** A page of somebody who has never been here; it must ask nobody else, and have nothing to complain of. */
  async function opened(query = '', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en',
      ...options,
    })
    const page = await context.newPage()
    pages.push(page)
    page.on('request', (request) => expect(request.url()).toMatch(url))
    page.on('pageerror', (error) => expect.unreachable(error.message))
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) expect.unreachable(message.text())
    })
    await page.goto(`${url}${query}`)
    return page
  }
  const row = (page: Page, title: string) =>
    page.locator('.change', { has: page.getByText(title, { exact: true }) })
  const titles = (page: Page) => page.locator('.change .body').allTextContents()
  const live = (page: Page) =>
    page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor()
  const happens = async (...given: Omit<EventOptions, 'at'>[]) => {
    const stored = home.stored()
    await stream.publish(given.map((options) => anEvent({ at: Date.now(), ...options })))
    await until('they are stored', () => home.stored() === stored + given.length)
  }

  test('shows what is stored, and what happens as it happens, with its ways to go', async () => {
    const page = await opened()
    await row(page, 'Page 39').waitFor()
    await live(page)
    await happens({ title: 'Just now', user: 'Somebody', growth: -1234 })
    const change = row(page, 'Just now')
    await change.waitFor()
    expect(await page.locator('.change').first().textContent()).toContain('Just now')
    expect(await change.locator('.size').textContent()).toBe('−1,234')
    const colour = await page.evaluate(
      "getComputedStyle(document.querySelector('.change .size')).borderInlineEndColor",
    )
    expect(colour).toBe('rgb(221, 51, 51)')
    const ways = await change
      .locator('a')
      .evaluateAll((links) => links.map((link) => [link.textContent, link.href]))
    expect(Object.fromEntries(ways)).toMatchObject({
      Somebody: 'https://en.wikipedia.org/wiki/User:Somebody',
      contribs: 'https://en.wikipedia.org/wiki/Special:Contributions/Somebody',
      'Just now': expect.stringMatching(/^https:\/\/en\.wikipedia\.org\/w\/index\.php\?diff=\d+&oldid=\d+$/),
      hist: 'https://en.wikipedia.org/w/index.php?title=Just_now&action=history',
    })
  })

  test('text of wikis is text, and what reads the other way is set apart', async () => {
    const page = await opened()
    await row(page, HOSTILE).waitFor()
    expect(await row(page, HOSTILE).locator('img, b:has-text("Eve") b').count()).toBe(0)
    expect(await page.title()).toBe('all wikis · wiki-change-stream')
    await page.locator('.change bdi', { hasText: ARABIC }).first().waitFor()
  })

  test('filters are in the address, which opens the same view for anybody', async () => {
    const page = await opened()
    await row(page, 'Page 39').waitFor()
    await page.getByLabel('New pages').check()
    await until('only new pages are shown', async () => (await titles(page)).length === 1)
    expect(new URL(page.url()).search).toBe('?type=new')
    await happens({ title: 'An edit' }, { title: 'Another new page', type: 'new' })
    await row(page, 'Another new page').waitFor()
    expect(await row(page, 'An edit').count()).toBe(0)

    const other = await opened(
      new URL(page.url()).search.concat('&title=*39*&type=edit').replace('type=new&', ''),
    )
    await until('the view is that of the address', async () => (await titles(other)).length === 1)
    expect(await other.getByLabel('Title', { exact: true }).inputValue()).toBe('*39*')

    await page.getByRole('button', { name: 'Clear filters' }).click()
    await row(page, 'An edit').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  test('every filter finds what it says, stored and new', async () => {
    const page = await opened('?scope=wikidatawiki')
    const wiki = 'wikidatawiki'
    const unwanted: Omit<EventOptions, 'at'> = { wiki, title: 'Unwanted' }
    const wanted: Omit<EventOptions, 'at'> = {
      wiki,
      title: 'Talk:Wanted',
      namespace: 1,
      user: 'Wanted',
      bot: true,
      minor: true,
      growth: 5000,
    }
    await happens(wanted, unwanted)
    const choose = (label: string, option: string) =>
      page.getByLabel(label, { exact: true }).selectOption(option)
    const write = (label: string, words: string) => page.getByLabel(label, { exact: true }).fill(words)
    const filters = [
      () => choose('Bots', 'bots only'),
      () => choose('Minor edits', 'only these'),
      () => write('Title', 'talk:w*'),
      () => write('User', 'wanted'),
      () => write('Namespace', 'Talk'),
      () => write('At least so many bytes', '4000'),
    ]
    for (const [at, filter] of filters.entries()) {
      await filter()
      await until('only that is shown', async () => {
        const shown = await titles(page)
        return shown.length === at + 1 && shown.every((text) => text.includes('Wanted'))
      })
      await happens(wanted, unwanted)
      await until('it came in', async () => (await row(page, 'Talk:Wanted').count()) === at + 2)
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await row(page, 'Unwanted').first().waitFor()
    }
  })

  test('a filter that cannot be understood is said at its field', async () => {
    const page = await opened()
    await page.getByLabel('Namespace', { exact: true }).fill('no such')
    await page.locator('.wrong', { hasText: 'takes numbers or names of namespaces' }).waitFor()
    expect(await page.getByLabel('Namespace', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await page.getByLabel('Namespace', { exact: true }).fill('0')
    await row(page, 'Page 39').waitFor()
  })

  test('paused, the list stands still, and says how many wait; by the keyboard alone', async () => {
    const page = await opened()
    await row(page, 'Page 39').waitFor()
    await live(page)
    await page.getByRole('button', { name: 'Pause' }).focus()
    await page.keyboard.press('Space')
    const before = await titles(page)
    await happens({ title: 'Held 1' }, { title: 'Held 2' }, { title: 'Held 3' })
    await page.getByRole('button', { name: '3 new changes' }).waitFor()
    expect(await titles(page)).toEqual(before)
    await page.getByRole('button', { name: 'Go on' }).press('Enter')
    await row(page, 'Held 3').waitFor()
    expect((await titles(page)).slice(0, 3).map((text) => /Held \d/.exec(text)?.[0])).toEqual([
      'Held 3',
      'Held 2',
      'Held 1',
    ])
  })

  test('pointed at, it stands still as well, so that what is pointed at can be clicked', async () => {
    const page = await opened()
    await live(page)
    await row(page, 'Page 39').hover()
    await happens({ title: 'While pointing' })
    await page.getByRole('button', { name: '1 new change', exact: true }).waitFor()
    await page.mouse.move(5, 5)
    await row(page, 'While pointing').waitFor()
  })

  test('older changes are shown on demand', async () => {
    const page = await opened('', { viewport: { width: 400, height: 800 } })
    await page.locator('.change').nth(20).waitFor()
    expect(await row(page, 'Page 0').count()).toBe(0)
    await page.getByRole('button', { name: 'Older changes' }).click()
    await row(page, 'Page 0').waitFor()
    const all = await page.locator('.change').evaluateAll((rows) => rows.map((row) => row.innerHTML))
    expect(new Set(all).size).toBe(all.length)
  })

  test.each([
    ['german wikip', 'dewiki', 'German Wikipedia'],
    ['deutsch', 'de', 'everything in German (Deutsch)'],
    ['العربية', 'ar', 'everything in Arabic (العربية)'],
  ])('another scope is found by %s', async (typed, code, name) => {
    const page = await opened()
    await row(page, 'Page 39').waitFor()
    const field = page.getByRole('combobox', { name: 'Which wikis' })
    await field.fill(typed)
    await page.getByRole('option', { name }).first().waitFor()
    await field.press('Enter')
    await until('it is in the address', () => new URL(page.url()).searchParams.get('scope') === code)
    await until('nothing else is shown', async () => (await row(page, 'Page 39').count()) === 0)
    if (code.startsWith('de')) {
      await happens({ wiki: 'dewiki', title: `Aachen ${code}` })
      await row(page, `Aachen ${code}`).waitFor()
    }
    await page.goBack()
    await row(page, 'Page 39').waitFor()
  })

  test('a scope that there is not is said, with those that may be meant', async () => {
    const page = await opened('?scope=enwikki')
    await page.getByRole('alert').filter({ hasText: 'enwikki' }).waitFor()
    await page.getByRole('button', { name: 'enwiki', exact: true }).click()
    await row(page, 'Page 39').waitFor()
  })

  test('survives a restart of the program: it says so, comes back by itself, and misses nothing', async () => {
    const page = await opened()
    await live(page)
    await row(page, 'Page 39').waitFor()
    await happens({ title: 'Before' })
    await row(page, 'Before').waitFor()
    // A page that was loaded anew would not have it.
    await page.evaluate('window.isTheSame = true')
    await program.stop()
    await page.getByRole('status').filter({ hasText: 'Connection lost' }).waitFor()
    await stream.publish([anEvent({ at: Date.now(), title: 'Meanwhile' })])
    program = home.start()
    await live(page)
    await row(page, 'Meanwhile').waitFor()
    await happens({ title: 'After' })
    await row(page, 'After').waitFor()
    for (const title of ['Before', 'Meanwhile', 'After']) expect(await row(page, title).count()).toBe(1)
    expect(await page.evaluate('window.isTheSame')).toBe(true)
  })

  test('opens without the program, with what it last said', async () => {
    const page = await opened()
    await row(page, 'Page 39').waitFor()
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    // Only a page that was opened with it is kept by it.
    await page.reload()
    await row(page, 'Page 39').waitFor()
    await page.locator('.status dd', { hasText: /^\d+ changes/ }).waitFor()
    await program.stop()
    await page.reload()
    await page.getByRole('status').filter({ hasText: 'Connection lost' }).waitFor()
    await row(page, 'Page 39').waitFor()
    await page.locator('.status dd', { hasText: /^\d+ changes/ }).waitFor()
    program = home.start()
    await live(page)
  })

  test('with HTTP_TOKEN it opens for whoever gives it as the password', async () => {
    const guarded = new Home({ EVENTSTREAM_URL: stream.streamUrl(), HTTP_TOKEN: 'a-token-of-the-tests-1234' })
    try {
      const { msg } = await guarded.start().logged(/web: listening/)
      const address = /http:\S+/.exec(msg)?.[0] as string
      const context = await browser.newContext({
        httpCredentials: { username: 'anybody', password: 'a-token-of-the-tests-1234' },
      })
      const page = await context.newPage()
      pages.push(page)
      await page.goto(address)
      await live(page)
      const stranger = await (await browser.newContext()).newPage()
      pages.push(stranger)
      expect((await stranger.goto(address).catch(() => null))?.status() ?? 401).toBe(401)
    } finally {
      await guarded.remove()
    }
  })

  test.each([
    ['light', 1440, 'en'],
    ['light', 360, 'en'],
    ['light', 1440, 'ar'],
    ['dark', 1440, 'en'],
    ['dark', 360, 'en'],
    ['dark', 360, 'ar'],
  ] as const)('%s, %i pixels wide, in %s: axe finds nothing', async (colorScheme, width, locale) => {
    const page = await opened('', { viewport: { width, height: 900 }, colorScheme, locale })
    await page.locator('.change').first().waitFor()
    await page.locator('.figure', { hasText: /\d\d/ }).first().waitFor()
    await page.locator('.ranks li').first().waitFor()
    await page.locator('.status dd').first().waitFor()
    expect(await page.evaluate('document.documentElement.dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr')
    // Nothing is wider than the screen.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    const name = `dashboard-${colorScheme}-${width}-${locale}`
    mkdirSync(PICTURES, { recursive: true })
    await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true })
    // With everything open that can be opened.
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    expect(await faults(page, 'document')).toEqual([])
    await page.getByRole('combobox').first().focus()
    await page.getByRole('option').first().waitFor()
    await page.screenshot({ path: `${PICTURES}${name}-open.png`, fullPage: true })
    expect(await faults(page, "'.scope-switch'")).toEqual([])
  })

  test('a burst of hundreds does not fill the page', async () => {
    const page = await opened('?scope=wikidatawiki')
    await live(page)
    await happens(
      ...Array.from(
        { length: 500 },
        (_, i): Omit<EventOptions, 'at'> => ({ wiki: 'wikidatawiki', title: `Q${i}` }),
      ),
    )
    await row(page, 'Q499').waitFor()
    expect(await page.locator('.change').count()).toBe(100)
  })
})

/** What axe has to say about a part of a page. */
async function faults(page: Page, part: string): Promise<string[]> {
  // As a debugger does: the page itself allows no script but its own.
  await page.evaluate(AXE)
  const { violations } = (await page.evaluate(`axe.run(${part})`)) as AxeResults
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
