import type { Connection } from './database.ts'

/** Numbers per chunk. A wiki's numbers come in order, so a batch touches one or two chunks of each wiki. */
const CHUNK = 4096
/** Chunks in memory at most (a few hundred bytes each): those of a thousand wikis, many times over. */
const MOST_CHUNKS = 16_384

interface Chunk {
  readonly site: number
  readonly chunk: number
  readonly bits: Buffer
  until: number
  isChanged: boolean
}

/**
 * The numbers (rcid) that each site has sent, as bits: a set with exact answers, in chunks that are read when they
 * are needed, changed in memory, and written by `flush` in the transaction of the rows.
 */
export class SeenNumbers {
  /** By site, then by number of the chunk. */
  readonly #chunks = new Map<number, Map<number, Chunk>>()
  #held = 0
  readonly #changed: Chunk[] = []
  readonly #statements

  constructor(db: Connection) {
    this.#statements = {
      find: db.prepare('SELECT bits, until FROM seen WHERE site = ? AND chunk = ?'),
      write: db.prepare(
        `INSERT INTO seen (site, chunk, until, bits) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET until = excluded.until, bits = excluded.bits`,
      ),
      prune: db.prepare('DELETE FROM seen WHERE until < ?'),
    }
  }

  /** Puts a number to those of a site; true if it was there before. `at`: when the change was published, UTC ms. */
  add(site: number, rcid: number, at: number): boolean {
    const number = Math.floor(rcid / CHUNK)
    const chunk = this.#chunk(site, number)
    const bit = rcid - number * CHUNK
    const byte = chunk.bits[bit >> 3] as number
    const mask = 1 << (bit & 7)
    if ((byte & mask) !== 0) return true
    chunk.bits[bit >> 3] = byte | mask
    if (at > chunk.until) chunk.until = at
    if (!chunk.isChanged) {
      chunk.isChanged = true
      this.#changed.push(chunk)
    }
    return false
  }

  /** Writes what was changed. */
  flush(): void {
    for (const chunk of this.#changed) {
      this.#statements.write.run(chunk.site, chunk.chunk, chunk.until, chunk.bits)
      chunk.isChanged = false
    }
    this.#changed.length = 0
    if (this.#held > MOST_CHUNKS) this.forget()
  }

  /** Drops what is only in memory: the database was changed by others, or a transaction was undone. */
  forget(): void {
    this.#chunks.clear()
    this.#held = 0
    this.#changed.length = 0
  }

  /** Removes the numbers of changes that were all published before `horizon`, UTC ms. */
  prune(horizon: number): void {
    if (this.#statements.prune.run(horizon).changes > 0) this.forget()
  }

  #chunk(site: number, number: number): Chunk {
    let ofSite = this.#chunks.get(site)
    if (ofSite === undefined) {
      ofSite = new Map()
      this.#chunks.set(site, ofSite)
    }
    let chunk = ofSite.get(number)
    if (chunk === undefined) {
      const row = this.#statements.find.get(site, number) as { bits: Buffer; until: number } | undefined
      const bits = row?.bits ?? Buffer.alloc(CHUNK / 8)
      chunk = { site, chunk: number, bits, until: row?.until ?? 0, isChanged: false }
      ofSite.set(number, chunk)
      this.#held++
    }
    return chunk
  }
}
