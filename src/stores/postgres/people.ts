import { createHash } from 'node:crypto'
import type { Notes, Preferences } from '../../contracts.ts'
import type { Asker } from './database.ts'
import { fromStored, toStored } from './text.ts'

/** So many notes are kept. */
const NOTES = 10_000

/** What people chose. */
export function preferences(db: Asker): Preferences {
  const find = async (column: 'scope' | 'language', user: string) => {
    const [found] = await db.ask<{ value: string | null }>(
      `SELECT ${column} AS value FROM preferences WHERE "user" = $1`,
      [toStored(user)],
    )
    return found?.value == null ? null : fromStored(found.value)
  }
  const set = async (column: 'scope' | 'language', user: string, value: string | null) => {
    await db.ask(
      `INSERT INTO preferences ("user", ${column}) VALUES ($1, $2)
       ON CONFLICT ("user") DO UPDATE SET ${column} = excluded.${column}`,
      [toStored(user), value === null ? null : toStored(value)],
    )
  }
  return {
    scopeOf: (user) => find('scope', user),
    setScope: (user, scope) => set('scope', user, scope),
    languageOf: (user) => find('language', user),
    setLanguage: (user, language) => set('language', user, language),
  }
}

/** Texts that are kept for a while. */
export const notes = (db: Asker): Notes => ({
  async keepNote(text) {
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    // What is kept again is kept for as long as what is new. Numbers have gaps, so they do not tell how many there are.
    await db.ask(
      `INSERT INTO notes (name, text) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET id = nextval(pg_get_serial_sequence('notes', 'id'))`,
      [name, toStored(text)],
    )
    await db.ask('DELETE FROM notes WHERE id <= (SELECT id FROM notes ORDER BY id DESC OFFSET $1 LIMIT 1)', [
      NOTES,
    ])
    return name
  },
  async note(name) {
    const [found] = await db.ask<{ text: string }>('SELECT text FROM notes WHERE name = $1', [toStored(name)])
    return found === undefined ? null : fromStored(found.text)
  },
})
