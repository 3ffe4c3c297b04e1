/** All parts as processes of their own, over real Redis and PostgreSQL servers, of which any may die. */
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anEvent } from '../events.ts'
import { Home, type Program, until } from '../program.ts'
import { hasPostgres, startPostgres } from '../services/postgres.ts'
import { hasRedis, startRedis } from '../services/redis.ts'
import type { Server } from '../services/server.ts'
import { type DiscordSimulator, startDiscord } from '../simulators/discord/client.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'

const USER = '80351110224678912'
const isThere = hasRedis() && hasPostgres()
/** What a store had in hand when it was killed another one takes over after 15 s. */
const TAKE_OVER_MS = 60_000

describe.skipIf(!isThere)(
  `over Redis and PostgreSQL${isThere ? '' : ' (left out: there is no redis-server, or no PostgreSQL)'}`,
  () => {
    let redis: Server
    let postgres: Server
    let stream: EventStreamsSimulator
    let discord: DiscordSimulator
    let home: Home
    beforeEach(async () => {
      ;[redis, postgres, stream, discord] = await Promise.all([
        startRedis(),
        startPostgres(),
        startEventStreams(),
        startDiscord({ identify: { limit: 1000, windowMs: 1000 } }),
      ])
      home = new Home({
        EVENTSTREAM_URL: stream.streamUrl(),
        BUS_URL: redis.url,
        STORE_URL: postgres.url,
        DISCORD_API_URL: discord.api,
        DISCORD_BOT_TOKEN: discord.token,
      })
    }, 60_000)
    afterEach(async () => {
      await home.remove()
      await Promise.all([stream.close(), discord.close(), redis.remove(), postgres.remove()])
    })

    const issued: string[] = []
    /** So many more changes happen. */
    async function happen(count: number): Promise<void> {
      const events = Array.from({ length: count }, (_, i) =>
        anEvent({
          at: Date.now(),
          title: `Page ${i % 7}`,
          wiki: i % 3 === 0 ? 'dewiki' : 'enwiki',
          growth: i,
        }),
      )
      issued.push(...events.map((event) => (JSON.parse(event) as { meta: { id: string } }).meta.id))
      await stream.publish(events)
    }

    /** Ids of all rows; empty while nobody has made the table yet, or the server is away. */
    async function storedIds(): Promise<string[]> {
      const client = new pg.Client({
        connectionString: postgres.url,
        options: '-c search_path=wiki_change_stream',
      })
      client.on('error', () => {})
      try {
        await client.connect()
        return (await client.query<{ id: string }>('SELECT id FROM changes')).rows.map(({ id }) => id)
      } catch {
        return []
      } finally {
        await client.end().catch(() => {})
      }
    }
    const allStored = () =>
      until('all is stored', async () => (await storedIds()).length === issued.length, TAKE_OVER_MS)

    test('whichever process or server dies, everything that happened is stored once, and answered', async () => {
      const start = (...roles: string[]) => home.start(['--roles', ...roles])
      const parts: Record<'ingest' | 'one store' | 'the other store' | 'bot' | 'web', Program> = {
        ingest: start('ingest'),
        'one store': start('store'),
        'the other store': start('store'),
        bot: start('bot'),
        web: start('web'),
      }
      await Promise.all(Object.values(parts).map((part) => part.web()))
      await stream.waitForConnection(1)
      await parts.bot.logged('bot: connected')
      for (const name of Object.keys(parts) as (keyof typeof parts)[]) {
        await happen(700)
        await parts[name].kill()
        await happen(700)
        parts[name] = start(name.includes('store') ? 'store' : name)
        await parts[name].web()
      }
      for (const [server, signal] of [
        [redis, 'SIGKILL'],
        [redis, 'SIGTERM'],
        // As a crash: nobody is waited for, and what was under way is undone.
        [postgres, 'SIGQUIT'],
        [postgres, 'SIGINT'],
      ] as const) {
        await happen(700)
        await server.stop(signal)
        await happen(700)
        await server.start()
      }
      await happen(100)
      await allStored()
      expect((await storedIds()).toSorted()).toEqual(issued.toSorted())
      const { code, stdout } = await home.run(['verify', '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ sound: true, changes: issued.length })
      expect(code).toBe(0)

      const day = await (await fetch(new URL('/api/stats', await parts.web.web()))).json()
      expect(day).toMatchObject({ total: issued.length })
      expect(JSON.stringify(await discord.ask(USER, '!stats'))).toContain(issued.length.toLocaleString('en'))
      // None of them has given up, and none holds the others up at the end.
      expect(await Promise.all(Object.values(parts).map((part) => part.stop()))).toEqual([0, 0, 0, 0, 0])
    }, 240_000)
  },
)
