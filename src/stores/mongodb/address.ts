/** Where a MongoDB is, and which database of it. */
export interface MongoAddress {
  /** As its client takes it, with the name and the password. */
  readonly url: string
  readonly database: string
  /** In each form in which it may be repeated; empty where there is none. */
  readonly secrets: readonly string[]
}

const DATABASE = 'wiki-change-stream'

/**
 * `mongodb://[NAME:PASSWORD@]HOST[:PORT][,HOST…][/DATABASE][?OPTIONS]`, or `mongodb+srv://…`; `null` where it is none.
 * What the options mean is for the client to know.
 */
export function mongoAddress(text: string): MongoAddress | null {
  const parts =
    /^mongodb(?:\+srv)?:\/\/(?:[^:@/?#]*(?::([^@/?#]*))?@)?[\w.:,[\]-]+(?:\/([^/\\. "$?#]*))?(?:\?[^#]*)?$/.exec(
      text,
    )
  if (parts === null) return null
  const [, password = '', database = ''] = parts
  try {
    const secrets = password === '' ? [] : [...new Set([password, decodeURIComponent(password)])]
    return { url: text, database: decodeURIComponent(database) || DATABASE, secrets }
  } catch {
    return null
  }
}

/** What the original's settings say. */
export interface MongoParts {
  readonly host: string
  readonly port: string | undefined
  readonly database: string | undefined
  readonly user: string | undefined
  readonly password: string | undefined
}

/** The address that they make. Users are those of the whole server, as its container makes them. */
export function addressOfParts({ host, port = '27017', database = '', user, password }: MongoParts): string {
  const word = password === undefined ? '' : `:${encodeURIComponent(password)}`
  const name = user === undefined ? '' : `${encodeURIComponent(user)}${word}@`
  const source = user === undefined ? '' : '?authSource=admin'
  return `mongodb://${name}${host}:${port}/${encodeURIComponent(database)}${source}`
}
