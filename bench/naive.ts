/**
 * The naive store: an index on the UUID, synchronous=FULL, one transaction per event or per so many:
 * `naive.ts FILE COUNT BATCH`.
 */
import Database from 'better-sqlite3'
import { endlessChanges } from './pool.ts'

const [file = '', count = '', batch = ''] = process.argv.slice(2)
const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec(`CREATE TABLE changes (id TEXT PRIMARY KEY, at INTEGER, wiki TEXT, type TEXT, namespace INTEGER, title TEXT, user TEXT,
  comment TEXT, bot INTEGER, old_bytes INTEGER, new_bytes INTEGER, old_revision INTEGER, new_revision INTEGER)`)
const insert = db.prepare('INSERT OR IGNORE INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
const changes = endlessChanges(Date.UTC(2026, 10, 24), 40)(Number(count))
const before = process.cpuUsage()
const started = performance.now()
for (let first = 0; first < changes.length; first += Number(batch)) {
  db.exec('BEGIN')
  for (const { id, at, site, type, namespace, title, user, comment, bot, bytes, revision } of changes.slice(
    first,
    first + Number(batch),
  )) {
    insert.run(
      id,
      at,
      site.wiki,
      type,
      namespace,
      title,
      user,
      comment,
      Number(bot),
      bytes.old,
      bytes.new,
      revision.old,
      revision.new,
    )
  }
  db.exec('COMMIT')
}
const cpu = process.cpuUsage(before)
const seconds = (performance.now() - started) / 1000
process.stdout.write(`done ${JSON.stringify({ seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 })}\n`)
