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
    const [position, span, totals, gaps] = await Promise.all([
      store.position(source.name),
      store.span(),
      store.totals(),
      store.gaps(),
    ])
    const lastEventAt = span?.to ?? null
    return {
      body: {
        version: VERSION,
        sources: [
          {
            name: source.name,
            connected: source.isConnected(),
            position,
            lastEventAt,
            lagSeconds: lastEventAt === null ? null : Math.max(0, (now - lastEventAt) / 1000),
          },
        ],
        store: { kind: store.kind, ...totals, from: span?.from ?? null, to: lastEventAt },
        gaps: gaps.slice(-MOST_GAPS),
        bot: { state: bot() },
      },
    }
  },
})
