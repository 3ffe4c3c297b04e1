import { readSettings, type Settings } from '../config.ts'
import type { Feed, Store } from '../contracts.ts'
import { messageOf } from '../errors.ts'
import { checkWeb } from '../faces/web/check.ts'
import { type Log, oneLine } from '../log.ts'
import { hiding, secretsIn } from '../secrets.ts'
import { shownAddress } from '../shown-address.ts'
import { probe } from '../sources/eventstreams/connection.ts'
import { openBus, openStore } from '../system.ts'
import { bytes, duration, plural, utc } from '../text/format.ts'

/** What was looked at. `warn` can stay as it is, `fail` must be mended. */
interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
}

const found = (check: string, state: Finding['state'], detail: string): Finding => ({
  check,
  state,
  detail: oneLine(detail),
})

/** Looks at everything that the system needs. Exit status 1 if something must be mended. */
export async function doctor(options: { json?: boolean }): Promise<void> {
  const findings: Finding[] = []
  let hide = hiding([])
  try {
    const settings = readSettings(process.env, process.cwd())
    hide = hiding(secretsIn(settings))
    findings.push(found('settings', 'ok', 'can be used'))
    const { store, feeds } = await checkStore(settings)
    const [bus, source, discord, web] = await Promise.all([
      checkBus(settings),
      checkSource(settings),
      checkDiscord(settings, feeds),
      checkWeb(settings.http),
    ])
    const ofWeb = web.map(({ state, detail }) => found('web', state, detail))
    findings.push(...store, ...bus, source, ...discord, ...ofWeb)
  } catch (error) {
    findings.push(found('settings', 'fail', messageOf(error)))
  }
  const text = options.json
    ? JSON.stringify({ ok: findings.every(({ state }) => state !== 'fail'), findings })
    : findings.map(({ check, state, detail }) => `${MARKS[state]} ${check.padEnd(9)} ${detail}`).join('\n')
  process.stdout.write(`${hide(text)}\n`)
  if (findings.some(({ state }) => state === 'fail')) process.exitCode = 1
}

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const

/** What is to be said of the store, and the feeds that it has. */
async function checkStore(
  settings: Settings,
): Promise<{ readonly store: readonly Finding[]; readonly feeds: readonly Feed[] }> {
  let store: Store | undefined
  try {
    store = await openStore(settings)
    const [totals, span, gaps, feeds] = await Promise.all([
      store.totals(),
      store.span(),
      store.gaps(),
      store.feeds(),
    ])
    const lag = span === null ? '' : `, the newest ${duration((Date.now() - span.to) / 1000, 'en')} old`
    const missing = gaps.filter(({ state }) => state !== 'refilled')
    const shown = missing.map(
      ({ from, to, state, reason }) => `${utc(from, 'en')} to ${utc(to, 'en')} ${state}: ${reason}`,
    )
    const findings = [
      found(
        'store',
        'ok',
        `${store.place}: ${plural(totals.changes, 'unit.changes', 'en')}, ${bytes(totals.bytes, 'en')}${lag}`,
      ),
      missing.length === 0
        ? found('gaps', 'ok', 'none')
        : found(
            'gaps',
            'warn',
            `${missing.length}, of which nothing can be had any more unless open: ${shown.join('; ')}`,
          ),
      totals.deadLetters === 0
        ? found('events', 'ok', 'all could be read')
        : found(
            'events',
            'warn',
            `${totals.deadLetters} ${totals.deadLetters === 1 ? 'event' : 'events'} could not be read: see the table dead_letters`,
          ),
    ]
    return { store: findings, feeds }
  } catch (error) {
    return { store: [found('store', 'fail', messageOf(error))], feeds: [] }
  } finally {
    await store?.close()
  }
}

/** What there is within a process needs no looking after. */
async function checkBus(settings: Settings): Promise<readonly Finding[]> {
  if (settings.bus.kind === 'memory') return []
  const { place } = settings.bus.address
  const bus = await openBus(settings, SILENT)
  try {
    const { batches, events } = await bus.waiting()
    const waiting =
      batches === 0 ? 'nothing waits' : `${plural(events, 'unit.changes', 'en')} wait to be stored`
    return [found('bus', 'ok', `${place} answers: ${waiting}`)]
  } catch (error) {
    return [found('bus', 'fail', messageOf(error))]
  } finally {
    await bus.close()
  }
}

/** What is to be said is said as a finding. */
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

async function checkSource({ eventStreamUrl, userAgent }: Settings): Promise<Finding> {
  try {
    await probe(eventStreamUrl, userAgent)
    return found('source', 'ok', `${shownAddress(eventStreamUrl)} answers`)
  } catch (error) {
    return found('source', 'fail', `${shownAddress(eventStreamUrl)}: ${messageOf(error)}`)
  }
}

async function checkDiscord(settings: Settings, feeds: readonly Feed[]): Promise<Finding[]> {
  const { discordToken, discordPublicKey } = settings
  if (discordToken === null && discordPublicKey === null)
    return [found('discord', 'warn', 'off: put DISCORD_BOT_TOKEN=… into .env to switch the bot on')]
  // Loaded only where it is needed: it is large.
  const { checkBot, checkHttpBot } = await import('../faces/discord/check.ts')
  const checks =
    discordToken === null ? checkHttpBot(settings) : await checkBot(discordToken, settings, feeds)
  return checks.map(({ state, detail }) => found('discord', state, detail))
}
