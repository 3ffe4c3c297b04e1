/**
 * The schema, as the steps that lead to it: step n brings a database from version n to n + 1. A step that has been
 * released is never changed again.
 *
 * - A change's key grows with its time, so new rows and their index entries go to the right edge of their trees:
 *   inserting costs the same at ten thousand rows and at a hundred million. (An index on the random UUIDs touches a
 *   page per row, and is what makes such a table ever slower.)
 * - That one id is one row, also when it comes again with another time, is found out by what does not change about
 *   an event that is sent again, and grows too: its number on its wiki. Which numbers a wiki has sent is kept as bits
 *   (`seen`), at a tenth of the price of an index: a number that is not among them is new without looking, for the
 *   others the rows are looked at. The few entries without a number have an index on the id itself.
 * - Every index ends in the key: pages of a scope are read in order, by key.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    position TEXT
  );

  CREATE TABLE sites (
    id INTEGER PRIMARY KEY,
    wiki TEXT NOT NULL,
    domain TEXT NOT NULL,
    server TEXT NOT NULL,
    script_path TEXT NOT NULL,
    article_base TEXT NOT NULL,
    UNIQUE (wiki, domain, server, script_path, article_base)
  );

  CREATE TABLE changes (
    key INTEGER PRIMARY KEY,        -- (ms since 2001-01-15 + shift) * 4096 + place among the neighbours of that ms
    id BLOB NOT NULL,               -- the UUID's 16 bytes
    source INTEGER NOT NULL,
    site INTEGER NOT NULL,
    type INTEGER NOT NULL,          -- place in CHANGE_TYPES
    namespace INTEGER,
    title TEXT NOT NULL,
    user TEXT,
    comment TEXT,
    bot INTEGER NOT NULL,
    minor INTEGER,
    patrolled INTEGER,
    rcid INTEGER,
    old_bytes INTEGER,
    new_bytes INTEGER,
    old_revision INTEGER,
    new_revision INTEGER,
    delay INTEGER,                  -- at - timestamp in ms, where the event says a timestamp
    shift INTEGER,                  -- ms by which the key is later than the event, where its millisecond was full
    url TEXT,
    log TEXT                        -- JSON of LogEntry
  );
  CREATE INDEX changes_by_site ON changes (site);
  CREATE UNIQUE INDEX changes_without_rcid ON changes (id) WHERE rcid IS NULL;

  -- The numbers (rcid) that a site has sent: bit n of a chunk is number chunk * 4096 + n.
  CREATE TABLE seen (
    site INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    until INTEGER NOT NULL,         -- time of the newest of these changes, UTC ms: pruned with it
    bits BLOB NOT NULL,
    PRIMARY KEY (site, chunk)
  ) WITHOUT ROWID;

  -- Counts per hour since 1970, fed only by rows really inserted, in their transaction. Site 0 is all sites together.
  CREATE TABLE rollups (
    site INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    edit_people INTEGER NOT NULL,
    edit_bots INTEGER NOT NULL,
    new_people INTEGER NOT NULL,
    new_bots INTEGER NOT NULL,
    log_people INTEGER NOT NULL,
    log_bots INTEGER NOT NULL,
    categorize_people INTEGER NOT NULL,
    categorize_bots INTEGER NOT NULL,
    external_people INTEGER NOT NULL,
    external_bots INTEGER NOT NULL,
    bytes_added INTEGER NOT NULL,
    bytes_removed INTEGER NOT NULL,
    PRIMARY KEY (site, hour)
  ) WITHOUT ROWID;

  -- In which order rows were stored, commit by commit (arrivals.ts).
  CREATE TABLE arrivals (
    seq INTEGER PRIMARY KEY,
    until INTEGER NOT NULL,         -- the highest of the keys: pruned with it
    keys BLOB NOT NULL
  );

  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,    -- of source and raw: the same input is buried once
    source INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL
  );

  CREATE TABLE gaps (
    source INTEGER NOT NULL,
    "from" INTEGER NOT NULL,        -- UTC ms
    "to" INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (source, "from")
  ) WITHOUT ROWID;

  -- rows: how many changes there are. horizon: UTC ms before which the rows are pruned, or are about to be.
  -- feeds: how often feeds were added, changed or removed.
  CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO counters (name, value) VALUES ('rows', 0), ('horizon', 0), ('feeds', 0);

  CREATE TABLE preferences (
    user TEXT PRIMARY KEY,
    scope TEXT,
    language TEXT
  ) WITHOUT ROWID;

  -- Texts that are kept for a while, by the hash of them.
  CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL
  );

  CREATE TABLE feeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    place TEXT,                     -- with channel; both NULL: the owner's direct messages
    channel TEXT,
    scope TEXT NOT NULL,
    filter TEXT NOT NULL,           -- JSON of Filter
    style TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent INTEGER NOT NULL,          -- FeedCursor
    sending INTEGER
  );
  `,
]
