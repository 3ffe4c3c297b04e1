import { byteChange, type Change, type ChangeType } from './change.ts'

/** Which changes of a scope are meant. What is not given does not matter; what is given must all hold. */
export interface Filter {
  /** One of these. */
  readonly types?: readonly ChangeType[]
  /** One of these namespaces, by number. */
  readonly namespaces?: readonly number[]
  /** By this name, in any case. */
  readonly user?: string
  /** The full title, in any case; `*` stands for any text, unless `\` is before it, as before a `\` of the title. */
  readonly title?: string
  readonly isBot?: boolean
  readonly isMinor?: boolean
  /** The page grew or shrank by at least so many bytes; what says no size does not count. */
  readonly minBytes?: number
}

/** A filter made ready to be asked about many changes. */
export function matcher(filter: Filter): (change: Change) => boolean {
  const { types, namespaces, isBot, isMinor, minBytes } = filter
  const isNamed = namesMatcher(filter)
  return (change) =>
    (types === undefined || types.includes(change.type)) &&
    (namespaces === undefined || (change.namespace !== null && namespaces.includes(change.namespace))) &&
    (isBot === undefined || change.bot === isBot) &&
    (isMinor === undefined || (change.minor ?? false) === isMinor) &&
    (minBytes === undefined || Math.abs(byteChange(change) ?? 0) >= minBytes) &&
    isNamed(change)
}

/** The part of a filter that is about names. */
export function namesMatcher(filter: Filter): (change: Pick<Change, 'title' | 'user'>) => boolean {
  const user = filter.user === undefined ? undefined : folded(filter.user)
  const title = filter.title === undefined ? undefined : titlePattern(filter.title)
  return (change) =>
    (user === undefined || (change.user !== null && folded(change.user) === user)) &&
    (title === undefined || title(folded(change.title)))
}

/** A title or a name as it is compared: people type it in any case, and addresses write `_` for a space. */
export const folded = (text: string): string => text.replaceAll('_', ' ').trim().toLowerCase()

/** The pattern that a page of this title alone matches. */
export const titleAlone = (title: string): string => title.replace(/[\\*]/g, '\\$&')

/** The title, folded, of which alone a pattern is; `null` for one that several titles may match. */
export function onlyTitle(pattern: string): string | null {
  const pieces = piecesOf(pattern)
  return pieces.length === 1 ? (pieces[0] as string) : null
}

/** What stands between the `*` of a pattern, folded. */
function piecesOf(pattern: string): string[] {
  const pieces = ['']
  // A backslash before anything but `*` and another one is a backslash.
  for (const [part] of folded(pattern).matchAll(/\\[\\*]|[^\\*]+|[\\*]/g)) {
    if (part === '*') pieces.push('')
    else pieces[pieces.length - 1] += /^\\[\\*]/.test(part) ? part.slice(1) : part
  }
  return pieces
}

/** Piece after piece from the left, which never has to look back: no pattern of somebody's makes it slow. */
function titlePattern(pattern: string): (title: string) => boolean {
  const [first = '', ...rest] = piecesOf(pattern)
  const last = rest.pop()
  if (last === undefined) return (title) => title === first
  return (title) => {
    if (!title.startsWith(first)) return false
    let from = first.length
    for (const piece of rest) {
      const at = title.indexOf(piece, from)
      if (at === -1) return false
      from = at + piece.length
    }
    return title.length - last.length >= from && title.endsWith(last)
  }
}
