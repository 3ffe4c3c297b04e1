/**
 * The naive store, of the same content as ours: an index on the UUID, synchronous=FULL, one transaction per event or per so many:
 * `naive.ts FILE COUNT BATCH`.
 */
import Database from 'better-sqlite3'
import type { Change } from '../src/change.ts'
import { endlessChanges } from './pool.ts'

const [file = '', count = '', batch = ''] = process.argv.slice(2)
const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
const COLUMNS = [
  ...['id TEXT PRIMARY KEY', 'source TEXT', 'wiki TEXT', 'domain TEXT', 'at INTEGER', 'timestamp INTEGER'],
  ...[
    'rcid INTEGER',
    'type TEXT',
    'namespace INTEGER',
    'title TEXT',
    'url TEXT',
    'user TEXT',
    'comment TEXT',
  ],
  ...['bot INTEGER', 'minor INTEGER', 'patrolled INTEGER', 'old_bytes INTEGER', 'new_bytes INTEGER'],
  ...['old_revision INTEGER', 'new_revision INTEGER', 'log TEXT'],
]
db.exec(`CREATE TABLE changes (${COLUMNS})`)
const insert = db.prepare(`INSERT OR IGNORE INTO changes VALUES (${COLUMNS.map(() => '?')})`)
const changes = endlessChanges(Date.UTC(2026, 10, 24), 40)(Number(count))
const before = process.cpuUsage()
const started = performance.now()
for (let first = 0; first < changes.length; first += Number(batch)) {
  db.exec('BEGIN')
  for (const change of changes.slice(first, first + Number(batch))) insert.run(valuesOf(change))
  db.exec('COMMIT')
}
const cpu = process.cpuUsage(before)
const seconds = (performance.now() - started) / 1000
process.stdout.write(`done ${JSON.stringify({ seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 })}\n`)

function valuesOf(change: Change): unknown[] {
  const { site, bytes, revision, log } = change
  return [
    ...[change.id, change.source, site.wiki, site.domain, change.at, change.timestamp],
    ...[
      change.rcid,
      change.type,
      change.namespace,
      change.title,
      change.customUrl,
      change.user,
      change.comment,
    ],
    ...[change.bot, change.minor, change.patrolled].map((flag) => (flag === null ? null : Number(flag))),
    ...[bytes.old, bytes.new, revision.old, revision.new, log === null ? null : JSON.stringify(log)],
  ]
}
