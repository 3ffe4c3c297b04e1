import { lasting, moment } from '../format.ts'
import { type Inline, say } from '../inline.ts'
import { asText, type Entry, property } from './entry.ts'
import { bracketed, texts } from './words.ts'

/** The groups before or after, with the end of each membership; empty where it has none. */
function groups(e: Entry, which: 'old' | 'new', place: number): Map<string, string> {
  const metadata = e.value(`${which}metadata`)
  return new Map(
    e.list(`${which}groups`, place).map((name, at) => {
      const expiry = asText(property(property(metadata, at), 'expiry')) ?? ''
      return [name, moment(expiry) === null ? '' : lasting(expiry)]
    }),
  )
}

/** ": added to bot (until …), removed from sysop" */
function membershipChange(e: Entry): Inline {
  const before = groups(e, 'old', 0)
  const after = groups(e, 'new', 1)
  const named = (which: readonly (readonly [name: string, end: string])[]): Inline =>
    texts(which.map(([name, end]) => name + bracketed(end)))
  const added = [...after].filter(([name]) => !before.has(name))
  const removed = [...before].filter(([name]) => !after.has(name))
  const moved = [...after].filter(([name, end]) => before.has(name) && before.get(name) !== end)
  return [
    ...(added.length > 0 ? [', added to ', ...named(added)] : []),
    ...(removed.length > 0 ? [', removed from ', ...texts(removed.map(([name]) => name))] : []),
    ...(moved.length > 0
      ? [', now in ', ...named(moved.map(([name, end]) => [name, end || 'indefinitely']))]
      : []),
  ].map((part, at) => (at === 0 && typeof part === 'string' ? part.replace(', ', ': ') : part))
}

export const groupsChanged = (e: Entry): Inline | undefined =>
  say`changed the groups of ${e.account}${membershipChange(e)}`

export const promoted = (e: Entry): Inline | undefined =>
  say`was automatically promoted${membershipChange(e)}`
