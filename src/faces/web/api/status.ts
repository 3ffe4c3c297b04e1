import { VERSION } from '../../../version.ts'
import { resource } from './resource.ts'
import { statusShape } from './shapes.ts'

/** So many gaps are told, the newest of them. */
const MOST_GAPS = 1000

export const status = resource({
  path: '/api/status',
  summary: 'How the system is: its sources, its store, what is missing',
  parameters: {},
  answer: statusShape,
  async get(_values, { store, bot, source, now }) {
    const [positions, span, totals, gaps] = await Promise.all([
      store.positions(),
      store.span(),
      store.totals(),
      store.gaps(),
    ])
    const lastEventAt = span?.to ?? null
    const names = new Set([
      ...(source === null ? [] : [source.name]),
      ...positions.map(({ source }) => source),
    ])
    return {
      body: {
        version: VERSION,
        sources: Array.from(names, (name) => ({
          name,
          connected: source?.name === name ? source.isConnected() : null,
          position: positions.find(({ source }) => source === name)?.position ?? null,
          lastEventAt,
          lagSeconds: lastEventAt === null ? null : Math.max(0, (now - lastEventAt) / 1000),
        })),
        store: { kind: store.kind, ...totals, from: span?.from ?? null, to: lastEventAt },
        gaps: gaps.slice(-MOST_GAPS),
        bot: { state: bot() },
      },
    }
  },
})
