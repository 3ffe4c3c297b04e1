import { VERSION } from '../version.ts'
import type { Command } from './command.ts'

export const ping: Command = {
  name: 'ping',
  purpose: 'command.ping.purpose',
  example: '!ping',
  parameters: [],
  async run(_given, { store, now }) {
    const newestAt = (await store.span())?.to ?? null
    return {
      kind: 'pong',
      version: VERSION,
      newestAt,
      age: newestAt === null ? null : Math.max(0, now - newestAt),
    }
  },
}
