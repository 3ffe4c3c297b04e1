/** The dashboard: files that `npm run build` made. The page asks the API as everybody else does. */
import { createHash } from 'node:crypto'
import { type Dirent, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { content, problem, type Reply } from './reply.ts'

/** At the same place from here, whether this runs as it was written or as it was compiled. */
const BUILT = fileURLToPath(new URL('../../../dist/dashboard', import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

/** Nothing but what is served here is loaded, and nobody else's page may hold this one. */
const POLICY =
  "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

/** Files with a hash of their content in their name never change. */
const FOR_EVER = 'private, max-age=31536000, immutable'
const ASKED_AGAIN = 'private, no-cache'

type Serve = (request: Pick<IncomingMessage, 'headers'>) => Promise<Reply>

/**
 * What is served of the dashboard, by path; nothing else in its folder, or above it, can be asked for. The files are
 * read when they are asked for.
 */
export function dashboard(folder = BUILT): ReadonlyMap<string, Serve> {
  const files = filesIn(folder)
  if (!files.has('/index.html'))
    return new Map([
      [
        '/',
        async () => problem(503, 'The dashboard is not built: npm run build. Everything else is served.'),
      ],
    ])
  const served = Array.from(files).filter(([path]) => !path.endsWith('.gz'))
  return new Map(
    served.map(([path, file]): [string, Serve] => [
      path === '/index.html' ? '/' : path,
      ({ headers }) => replyOf(path, file, files.has(`${path}.gz`), headers),
    ]),
  )
}

/** The files of a folder by their paths in it, written as in addresses; none where there is no such folder. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    return new Map()
  }
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return new Map(files.map((file) => [`/${relative(folder, file).replaceAll('\\', '/')}`, file]))
}

async function replyOf(
  path: string,
  file: string,
  hasCompressed: boolean,
  headers: IncomingMessage['headers'],
): Promise<Reply> {
  const isCompressed = hasCompressed && /\bgzip\b/.test(headers['accept-encoding']?.toString() ?? '')
  const body = await readFile(isCompressed ? `${file}.gz` : file)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const type = TYPES[extname(path)] ?? 'application/octet-stream'
  const sent = {
    etag,
    'cache-control': path.startsWith('/assets/') ? FOR_EVER : ASKED_AGAIN,
    vary: 'accept-encoding, authorization',
    'content-security-policy': POLICY,
    ...(isCompressed && { 'content-encoding': 'gzip' }),
  }
  if (headers['if-none-match'] === etag) return { status: 304, type, body: '', headers: sent }
  return { ...content(body, type), headers: sent }
}
