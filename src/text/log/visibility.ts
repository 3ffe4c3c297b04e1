import { plural } from '../format.ts'
import { enumerate, type Inline, type Part, say } from '../inline.ts'
import { asText, type Entry, property } from './entry.ts'
import { texts } from './words.ts'

/** Bits of the mask of what is hidden; `content` of a log entry is its action and target. */
const content = 1
const summary = 2
const user = 4
const fromAdministrators = 8

const things: ReadonlyMap<string | undefined, string> = new Map([
  ['archive', 'deleted revision'],
  ['oldimage', 'file version'],
  ['filearchive', 'deleted file version'],
])

/** The mask before or after: a number, one inside of an object (Action API), or `ofield=1` (old entries). */
const mask = (e: Entry, feed: string, api: string, place: number): number =>
  Number(/\d+/.exec(asText(e.value(feed, place) ?? property(e.value(api), 'bitmask')) ?? '0'))

/** "hid ~~content~~ and ~~user name~~ of revision 54 of Title": what differs from before. */
function changed(e: Entry, contentName: string, target: Part): Inline | undefined {
  const before = mask(e, 'ofield', 'old', 2)
  const after = mask(e, 'nfield', 'new', 3)
  const differing = (from: number, to: number): string[] =>
    [[content, contentName] as const, [summary, 'summary'] as const, [user, 'user name'] as const].flatMap(
      ([bit, name]) => (to & bit && !(from & bit) ? [name] : []),
    )
  const hid = differing(before, after)
  const shown = differing(after, before)
  const changes: Inline[] = []
  if (hid.length > 0) changes.push(['hid ', ...enumerate(hid.map((text) => [{ text, strike: true }]))])
  if (shown.length > 0) changes.push(['unhid ', ...texts(shown)])
  const what = changes.length > 0 ? enumerate(changes) : 'changed the visibility'
  return say`${what} of ${target}${(after & fromAdministrators) !== 0 && ', from administrators too'}`
}

export function revisionVisibility(e: Entry): Inline | undefined {
  const [type, ids] = [e.text('type', 0), e.list('ids', 1)]
  const [id, ...others] = ids
  const single = type === 'revision' && others.length === 0 ? e.revision(id) : undefined
  return changed(
    e,
    'content',
    say`${single ?? plural(ids.length || 1, things.get(type) ?? 'revision')} of ${e.page}`,
  )
}

export function eventVisibility(e: Entry): Inline | undefined {
  const [id, ...others] = e.list('ids', 1)
  const single = others.length === 0 ? e.logEntry(id) : undefined
  const entries = single ?? plural(others.length + 1, 'log entry', 'log entries')
  return changed(e, 'action and target', say`${entries} in ${e.page}`)
}
