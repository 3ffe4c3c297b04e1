import { createHash } from 'node:crypto'
import type { Notes, Preferences } from '../../contracts.ts'
import type { Database } from './database.ts'

/** So many notes are kept. */
const NOTES = 10_000

/** What people chose, and texts that are too long to stand where they are needed. */
export class MongoPeople implements Preferences, Notes {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async scopeOf(user: string): Promise<string | null> {
    return (await this.#database.people.findOne({ _id: user.toWellFormed() }))?.scope ?? null
  }

  async setScope(user: string, scope: string): Promise<void> {
    const set = { $set: { scope: scope.toWellFormed() } }
    await this.#database.people.updateOne({ _id: user.toWellFormed() }, set, { upsert: true })
  }

  async languageOf(user: string): Promise<string | null> {
    return (await this.#database.people.findOne({ _id: user.toWellFormed() }))?.language ?? null
  }

  async setLanguage(user: string, language: string | null): Promise<void> {
    const set = { $set: { language: language?.toWellFormed() ?? null } }
    await this.#database.people.updateOne({ _id: user.toWellFormed() }, set, { upsert: true })
  }

  /** What is kept again is kept for as long as what is new. */
  async keepNote(text: string): Promise<string> {
    const { counters, notes } = this.#database
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    const counter = await counters.findOneAndUpdate(
      { _id: 'notes' },
      { $inc: { value: 1 } },
      { upsert: true, returnDocument: 'after' },
    )
    const order = counter?.value ?? 0
    await notes.updateOne({ _id: name }, { $set: { text: text.toWellFormed(), order } }, { upsert: true })
    await notes.deleteMany({ order: { $lte: order - NOTES } })
    return name
  }

  async note(name: string): Promise<string | null> {
    return (await this.#database.notes.findOne({ _id: name }))?.text ?? null
  }
}
