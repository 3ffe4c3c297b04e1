import type { Command } from './command.ts'

const MINUTE_MS = 60_000

export const status: Command = {
  name: 'status',
  purpose: 'command.status.purpose',
  example: '!status',
  parameters: [],
  async run(_given, { store, now, startedAt }) {
    const [span, totals, gaps, lastMinute] = await Promise.all([
      store.span(),
      store.totals(),
      store.gaps(),
      store.countBetween(now - MINUTE_MS, now),
    ])
    return {
      kind: 'status',
      lagSeconds: span === null ? null : Math.max(0, (now - span.to) / 1000),
      uptimeSeconds: startedAt === undefined ? null : Math.max(0, (now - startedAt) / 1000),
      perSecond: lastMinute / 60,
      stored: span,
      ...totals,
      gaps,
    }
  },
}
