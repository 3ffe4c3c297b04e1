import type { Feed, FeedChanges, FeedCursor, FeedTarget } from '../../contracts.ts'
import type { Filter } from '../../filter.ts'
import type { Asker } from './database.ts'
import { fromStored, toStored } from './text.ts'

const orNull = (text: string | undefined): string | null => (text === undefined ? null : toStored(text))

/** Counts what was changed, where something was. */
const counted = (sql: string): string =>
  `WITH changed AS (${sql}), counted AS (
     UPDATE feeds_version SET version = version + 1 WHERE EXISTS (SELECT FROM changed)
   )
   SELECT id FROM changed`

/** The feeds, and how far they have come. */
export class FeedTable {
  readonly #db: Asker

  constructor(db: Asker) {
    this.#db = db
  }

  async add(feed: Omit<Feed, 'id'>, sent: number): Promise<Feed> {
    const { kind, owner, target, scope, filter, style, language, state, createdAt } = feed
    const isDirect = target.kind === 'direct'
    const [made] = await this.#db.ask<{ id: number }>(
      counted(
        `INSERT INTO feeds
           (kind, owner, place, channel, scope, filter, style, language, state, created_at, sent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
      ),
      [
        ...[kind, toStored(owner), isDirect ? null : toStored(target.place)],
        ...[isDirect ? null : toStored(target.channel), toStored(scope), JSON.stringify(filter)],
        ...[style, toStored(language), state, createdAt, sent],
      ],
    )
    return { id: made?.id as number, ...feed }
  }

  async change(id: number, { scope, filter, style, state, sent }: FeedChanges): Promise<boolean> {
    const changed = await this.#db.ask(
      counted(
        `UPDATE feeds SET scope = coalesce($2, scope), filter = coalesce($3, filter), style = coalesce($4, style),
           state = coalesce($5, state), sent = coalesce($6, sent),
           sending = CASE WHEN $6::bigint IS NULL THEN sending END
         WHERE id = $1 RETURNING id`,
      ),
      [
        id,
        orNull(scope),
        filter === undefined ? null : JSON.stringify(filter),
        ...[style ?? null, state ?? null, sent ?? null],
      ],
    )
    return changed.length > 0
  }

  async remove(id: number): Promise<boolean> {
    return (await this.#db.ask(counted('DELETE FROM feeds WHERE id = $1 RETURNING id'), [id])).length > 0
  }

  async all(of: { readonly owner?: string; readonly place?: string } = {}): Promise<Feed[]> {
    const rows = await this.#db.ask<FeedRow>(
      `SELECT id, kind, owner, place, channel, scope, filter, style, language, state, created_at AS "createdAt"
       FROM feeds WHERE ($1::text IS NULL OR owner = $1) AND ($2::text IS NULL OR place = $2) ORDER BY id`,
      [orNull(of.owner), orNull(of.place)],
    )
    return rows.map(({ owner, place, channel, scope, filter, language, ...feed }) => {
      const target: FeedTarget =
        channel === null || place === null
          ? { kind: 'direct' }
          : { kind: 'channel', channel: fromStored(channel), place: fromStored(place) }
      return {
        ...feed,
        target,
        owner: fromStored(owner),
        scope: fromStored(scope),
        language: fromStored(language),
        filter: JSON.parse(filter) as Filter,
      }
    })
  }

  async version(): Promise<number> {
    const [found] = await this.#db.ask<{ version: number }>('SELECT version FROM feeds_version')
    return found?.version ?? 0
  }

  cursors(): Promise<FeedCursor[]> {
    return this.#db.ask<FeedCursor & Record<string, unknown>>(
      'SELECT id, sent, sending FROM feeds ORDER BY id',
    )
  }

  /** The rows are locked in the order of their numbers, so that two who save never wait for each other in a circle. */
  async saveCursors(cursors: readonly FeedCursor[]): Promise<void> {
    await this.#db.ask(
      `WITH locked AS (
         SELECT id FROM feeds WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE
       )
       UPDATE feeds SET sent = greatest(feeds.sent, given.sent), sending = given.sending
       FROM locked JOIN unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS given (id, sent, sending) USING (id)
       WHERE feeds.id = locked.id`,
      [cursors.map(({ id }) => id), cursors.map(({ sent }) => sent), cursors.map(({ sending }) => sending)],
    )
  }
}

interface FeedRow extends Omit<Feed, 'target' | 'filter'>, Record<string, unknown> {
  readonly id: number
  readonly kind: Feed['kind']
  readonly owner: string
  readonly scope: string
  readonly style: Feed['style']
  readonly language: string
  readonly state: Feed['state']
  readonly createdAt: number
  readonly place: string | null
  readonly channel: string | null
  readonly filter: string
}
