import type { Feed, FeedChanges, FeedCursor, FeedTarget } from '../../contracts.ts'
import type { Filter } from '../../filter.ts'
import type { Connection } from './database.ts'

/** The table of feeds, as the writer changes it. */
export class FeedTable {
  readonly #statements: ReturnType<typeof prepareChanges>

  constructor(db: Connection) {
    this.#statements = prepareChanges(db)
  }

  add(feed: Omit<Feed, 'id'>, sent: number): Feed {
    const { kind, owner, target, scope, filter, style, language, state, createdAt } = feed
    const { lastInsertRowid } = this.#statements.add.run({
      ...{ kind, owner, scope, style, language, state, createdAt, sent },
      place: target.kind === 'channel' ? target.place : null,
      channel: target.kind === 'channel' ? target.channel : null,
      filter: JSON.stringify(filter),
    })
    this.#statements.count.run()
    return { id: Number(lastInsertRowid), ...feed }
  }

  change(id: number, { scope, filter, style, state, sent }: FeedChanges): boolean {
    const { changes } = this.#statements.change.run({
      id,
      scope: scope ?? null,
      filter: filter === undefined ? null : JSON.stringify(filter),
      style: style ?? null,
      state: state ?? null,
      sent: sent ?? null,
    })
    if (changes > 0) this.#statements.count.run()
    return changes > 0
  }

  remove(id: number): boolean {
    const { changes } = this.#statements.remove.run(id)
    if (changes > 0) this.#statements.count.run()
    return changes > 0
  }

  saveCursors(cursors: readonly FeedCursor[]): void {
    for (const { id, sent, sending } of cursors) this.#statements.saveCursor.run(sent, sending, id)
  }
}

function prepareChanges(db: Connection) {
  return {
    add: db.prepare(
      `INSERT INTO feeds (kind, owner, place, channel, scope, filter, style, language, state, created_at, sent)
       VALUES (@kind, @owner, @place, @channel, @scope, @filter, @style, @language, @state, @createdAt, @sent)`,
    ),
    change: db.prepare(
      `UPDATE feeds SET scope = coalesce(@scope, scope), filter = coalesce(@filter, filter),
         style = coalesce(@style, style), state = coalesce(@state, state),
         sent = coalesce(@sent, sent), sending = iif(@sent IS NULL, sending, NULL) WHERE id = @id`,
    ),
    remove: db.prepare('DELETE FROM feeds WHERE id = ?'),
    count: db.prepare("UPDATE counters SET value = value + 1 WHERE name = 'feeds'"),
    saveCursor: db.prepare('UPDATE feeds SET sent = max(sent, ?), sending = ? WHERE id = ?'),
  }
}

/** The table of feeds, as it is read. */
export class FeedReader {
  readonly #statements: ReturnType<typeof prepareQuestions>

  constructor(db: Connection) {
    this.#statements = prepareQuestions(db)
  }

  feeds(of: { readonly owner?: string; readonly place?: string } = {}): Feed[] {
    const rows = this.#statements.feeds.all({ owner: of.owner ?? null, place: of.place ?? null })
    return (rows as FeedRow[]).map(({ filter, place, channel, ...feed }) => {
      const target: FeedTarget =
        channel === null || place === null ? { kind: 'direct' } : { kind: 'channel', channel, place }
      return { ...feed, target, filter: JSON.parse(filter) as Filter }
    })
  }

  version(): number {
    return this.#statements.version.get() as number
  }

  cursors(): FeedCursor[] {
    return this.#statements.cursors.all() as FeedCursor[]
  }
}

interface FeedRow extends Omit<Feed, 'target' | 'filter'> {
  readonly place: string | null
  readonly channel: string | null
  readonly filter: string
}

function prepareQuestions(db: Connection) {
  return {
    feeds: db.prepare(
      `SELECT id, kind, owner, place, channel, scope, filter, style, language, state,
         created_at AS createdAt FROM feeds
       WHERE (@owner IS NULL OR owner = @owner) AND (@place IS NULL OR place = @place) ORDER BY id`,
    ),
    version: db.prepare("SELECT value FROM counters WHERE name = 'feeds'").pluck(),
    cursors: db.prepare('SELECT id, sent, sending FROM feeds ORDER BY id'),
  }
}
