/** The only reader of the environment and of files of settings. Nothing here happens on import. */
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import * as v from 'valibot'
import { type RedisAddress, redisAddress } from './buses/redis/address.ts'
import { usageError } from './errors.ts'
import { ALL_ROLES } from './roles.ts'
import { addressOfParts, type MongoAddress, mongoAddress } from './stores/mongodb/address.ts'
import { NAME, PROJECT_PAGE, VERSION } from './version.ts'

export interface Settings {
  /** `null`: the bot is off. */
  readonly discordToken: string | null
  /** The application's id; `null` where it is not told. */
  readonly discordAppId: string | null
  /** The application's key, by which Discord signs what it sends over HTTP, in hex; `null`: nothing is taken from it so. */
  readonly discordPublicKey: string | null
  /** Without a slash at the end. */
  readonly discordApiUrl: string
  readonly eventStreamUrl: string
  /** So long without a byte, in ms, and the stream's connection counts as dead. */
  readonly eventStreamIdleMs: number
  /** How this program introduces itself to Wikimedia. */
  readonly userAgent: string
  readonly store: StoreSettings
  readonly bus: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly address: RedisAddress }
  /** Rows are kept for so long; 0: for ever. */
  readonly retentionDays: number
  readonly http: HttpSettings
  readonly log: { readonly level: (typeof LOG_LEVELS)[number]; readonly format: (typeof LOG_FORMATS)[number] }
  readonly shutdownTimeoutMs: number
}

export type StoreSettings =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** The address may have a password in it. */
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'mongodb'; readonly address: MongoAddress }

/** Where the web face listens, and whom it lets in. */
export interface HttpSettings {
  /** An address, or a name of this machine; without brackets. */
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Asked of everybody, but for the routes that say whether the process lives; `null`: nobody is asked. */
  readonly token: string | null
  /** Everybody is meant to reach it. Without this or a token, `host` is of this machine alone. */
  readonly isPublic: boolean
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

const LOG_FORMATS = ['auto', 'pretty', 'json'] as const

const webAddress = v.pipe(
  v.string(),
  v.check((text) => /^https?:$/.test(protocolOf(text)), 'takes a web address (https://…)'),
)
const wholeNumber = (least: number, takes: string, most = 99_999) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,5}$/, takes),
    v.transform(Number),
    v.minValue(least, takes),
    v.maxValue(most, takes),
  )
const WEB_PORT = 8080
const PORT = 'takes a port from 1 to 65535, 0 for a free one'

/** Each setting with what it takes; the texts stand after its name in the message about a wrong value. */
const SETTINGS = v.object({
  DISCORD_BOT_TOKEN: v.optional(
    v.pipe(
      v.string(),
      // Never shown: it would end up in logs.
      v.regex(
        /^[\w\-.]{10,200}$/,
        'does not look like a bot token (copy it again from the developer portal, tab "Bot")',
      ),
    ),
  ),
  DISCORD_APP_ID: v.optional(
    v.pipe(v.string(), v.regex(/^\d{15,20}$/, 'takes the "Application ID" of the developer portal: digits')),
  ),
  DISCORD_PUBLIC_KEY: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\da-f]{64}$/i, 'takes the "Public Key" of the developer portal: 64 hexadecimal digits'),
    ),
  ),
  DISCORD_API_URL: v.optional(
    v.pipe(
      webAddress,
      v.check(
        (text) => !URL.canParse(text) || !/[@?#]/.test(text),
        'takes a web address without a name, a password or a ?',
      ),
    ),
    'https://discord.com/api',
  ),
  EVENTSTREAM_URL: v.optional(webAddress, 'https://stream.wikimedia.org/v2/stream/recentchange'),
  EVENTSTREAM_IDLE_S: v.optional(wholeNumber(1, 'takes whole seconds from 1 on'), '60'),
  CONTACT: v.optional(
    // It becomes part of a header.
    v.pipe(v.string(), v.regex(/^[\x20-\x7e]{3,200}$/, 'takes an e-mail address or a page of yours')),
    PROJECT_PAGE,
  ),
  STORE_URL: v.optional(
    v.pipe(
      v.string(),
      // Never shown: there may be a password in it.
      v.check(
        (text) => /^sqlite:.+$/.test(text) || isPostgres(text) || mongoAddress(text) !== null,
        'takes sqlite: and a file, such as sqlite:data/changes.db, or postgres://name:password@host/database, or mongodb://name:password@host/database',
      ),
    ),
  ),
  MONGO_DB_HOST: v.optional(
    v.pipe(v.string(), v.regex(/^[\w.:[\]-]{1,255}$/, 'takes the name or the address of a machine')),
  ),
  MONGO_DB_PORT: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/, 'takes a port from 1 to 65535'))),
  MONGO_DB_DATABASE: v.optional(
    v.pipe(v.string(), v.regex(/^[^/\\. "$]{1,63}$/, 'takes the name of a database')),
  ),
  MONGO_DB_USER: v.optional(v.string()),
  MONGO_DB_PASSWORD: v.optional(v.string()),
  BUS_URL: v.optional(
    v.pipe(
      v.string(),
      // Never shown: there may be a password in it.
      v.check(
        (text) => text === 'memory:' || redisAddress(text) !== null,
        'takes memory:, or redis://host:6379/0 with ?stream=NAME&maxlen=BATCHES where wanted (rediss: for TLS)',
      ),
    ),
    'memory:',
  ),
  RETENTION_DAYS: v.optional(wholeNumber(0, 'takes whole days, 0 for ever'), '30'),
  HTTP_HOST: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.replace(/^\[(.*)\]$/, '$1').toLowerCase()),
      v.check(
        (text) => isIP(text) !== 0 || /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(text),
        'takes an address or a name of this machine, such as 127.0.0.1',
      ),
    ),
    '127.0.0.1',
  ),
  HTTP_PORT: v.optional(wholeNumber(0, PORT, 65_535)),
  HTTP_TOKEN: v.optional(
    // Never shown. It must fit into a header as it is.
    v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,500}$/, 'takes letters, digits and signs without spaces')),
  ),
  HTTP_PUBLIC: v.optional(v.picklist(['yes', 'no'], 'takes yes or no'), 'no'),
  LOG_LEVEL: v.optional(v.picklist(LOG_LEVELS, `takes ${LOG_LEVELS.join(', ')}`), 'info'),
  LOG_FORMAT: v.optional(v.picklist(LOG_FORMATS, `takes ${LOG_FORMATS.join(', ')}`), 'auto'),
  SHUTDOWN_TIMEOUT_S: v.optional(wholeNumber(1, 'takes whole seconds from 1 on'), '15'),
})

type SettingName = keyof typeof SETTINGS.entries

/** What can be set, by the names in the environment. */
export const SETTING_NAMES = Object.keys(SETTINGS.entries) as readonly SettingName[]

/**
 * The settings from `env`, and from `.env` in `directory` for what `env` does not have.
 * @param roles of this process: without the web role it takes any free port unless told otherwise, so that several
 *   processes of one machine do not stand in each other's way
 * @throws {AppError} usage, one line that names each wrong setting and what it takes; values of secrets never appear
 */
export function readSettings(env: NodeJS.ProcessEnv, directory: string, roles = ALL_ROLES): Settings {
  const file = resolve(directory, '.env')
  const fromFile: NodeJS.ProcessEnv = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const misspelt = Object.keys(fromFile).flatMap((name) => misspelling(name))
  if (misspelt.length > 0) throw usageError(`${file}: ${misspelt.join('; ')}`)

  // An empty value is how a shell, a compose file or a sample unsets a setting.
  const given = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, env[name] ?? fromFile[name]]).filter(
      ([, value]) => value !== undefined && value !== '',
    ),
  )
  const parsed = v.safeParse(SETTINGS, given)
  if (!parsed.success) {
    throw usageError(parsed.issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`).join('; '))
  }
  const values = parsed.output
  const http: HttpSettings = {
    host: values.HTTP_HOST,
    port: values.HTTP_PORT ?? (roles.has('web') ? WEB_PORT : 0),
    token: values.HTTP_TOKEN ?? null,
    isPublic: values.HTTP_PUBLIC === 'yes',
  }
  if (!isLoopback(http.host) && http.token === null && !http.isPublic) {
    throw usageError(
      `HTTP_HOST ${http.host} lets other machines in: set HTTP_TOKEN, or HTTP_PUBLIC=yes if anybody may read`,
    )
  }
  return {
    discordToken: values.DISCORD_BOT_TOKEN ?? null,
    discordAppId: values.DISCORD_APP_ID ?? null,
    discordPublicKey: values.DISCORD_PUBLIC_KEY?.toLowerCase() ?? null,
    discordApiUrl: values.DISCORD_API_URL.replace(/\/+$/, ''),
    eventStreamUrl: values.EVENTSTREAM_URL,
    eventStreamIdleMs: values.EVENTSTREAM_IDLE_S * 1000,
    userAgent: `${NAME}/${VERSION} (${values.CONTACT}) node/${process.versions.node}`,
    store: storeOf(storeUrl(values), directory),
    bus: busOf(values.BUS_URL),
    retentionDays: values.RETENTION_DAYS,
    http,
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_S * 1000,
  }
}

/** Where changes are stored: `STORE_URL`, or what the original's settings say. */
function storeUrl(values: v.InferOutput<typeof SETTINGS>): string {
  if (values.STORE_URL !== undefined) return values.STORE_URL
  const parts = {
    port: values.MONGO_DB_PORT,
    database: values.MONGO_DB_DATABASE,
    user: values.MONGO_DB_USER,
    password: values.MONGO_DB_PASSWORD,
  }
  if (values.MONGO_DB_HOST !== undefined) return addressOfParts({ host: values.MONGO_DB_HOST, ...parts })
  const given = Object.entries(parts).find(([, value]) => value !== undefined)
  if (given !== undefined) throw usageError(`MONGO_DB_${given[0].toUpperCase()} needs MONGO_DB_HOST`)
  return 'sqlite:data/changes.db'
}

/** What a sound `STORE_URL` says. */
export function storeOf(text: string, directory: string): Settings['store'] {
  const address = mongoAddress(text)
  if (address !== null) return { kind: 'mongodb', address }
  if (isPostgres(text)) return { kind: 'postgres', url: text }
  return { kind: 'sqlite', path: resolve(directory, text.slice('sqlite:'.length)) }
}

/** What a sound `BUS_URL` says. */
export function busOf(text: string): Settings['bus'] {
  const address = redisAddress(text)
  return address === null ? { kind: 'memory' } : { kind: 'redis', address }
}

/** Whether only this machine reaches what listens there. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

const isPostgres = (text: string): boolean =>
  /^postgres(ql)?:$/.test(protocolOf(text)) && new URL(text).pathname.length > 1

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : ''
}

/** `.env` may serve other programs too, so only names that can hardly be anybody else's are taken for mistakes. */
function misspelling(name: string): string[] {
  if (SETTING_NAMES.includes(name as SettingName)) return []
  const meant = SETTING_NAMES.find(
    (known) => known.replaceAll('_', '') === name.toUpperCase().replaceAll(/[_-]/g, ''),
  )
  const ours = meant ?? (/^(DISCORD|EVENTSTREAM|STORE|BUS|MONGO_DB)_/.test(name) ? nearest(name) : undefined)
  return ours === undefined ? [] : [`there is no setting ${name}; did you mean ${ours}?`]
}

/** The known name that shares the most letters in a row from the start. */
function nearest(name: string): SettingName {
  const shared = (known: string) => [...known].findIndex((letter, place) => letter !== name[place])
  return SETTING_NAMES.toSorted((a, b) => shared(b) - shared(a))[0] as SettingName
}
