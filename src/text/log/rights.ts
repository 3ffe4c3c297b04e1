import { say, text } from '../../language/messages.ts'
import { lasting, moment } from '../format.ts'
import type { Inline } from '../inline.ts'
import { enumerate } from '../lists.ts'
import { asText, type Entry, property } from './entry.ts'
import { bracketed, followed } from './words.ts'

/** The groups before or after, with the end of each membership; empty where it has none. */
function groups(e: Entry, which: 'old' | 'new', place: number): Map<string, string> {
  const metadata = e.value(`${which}metadata`)
  return new Map(
    e.list(`${which}groups`, place).map((name, at) => {
      const expiry = asText(property(property(metadata, at), 'expiry')) ?? ''
      return [name, moment(expiry) === null ? '' : lasting(expiry, e.language)]
    }),
  )
}

/** ": added to bot (until …), removed from sysop" */
function membershipChange(e: Entry): Inline {
  const { language } = e
  const before = groups(e, 'old', 0)
  const after = groups(e, 'new', 1)
  const named = (which: readonly (readonly [name: string, end: string])[]): Inline =>
    enumerate(
      which.map(([name, end]) => [name, ...bracketed([end], language)]),
      language,
    )
  const added = [...after].filter(([name]) => !before.has(name))
  const removed = [...before].filter(([name]) => !after.has(name)).map(([name]) => [name, ''] as const)
  const moved = [...after]
    .filter(([name, end]) => before.has(name) && before.get(name) !== end)
    .map(([name, end]) => [name, end || text(language, 'time.indefinitely')] as const)
  const changes = [
    ...(added.length > 0 ? [say(language, 'log.addedTo', { groups: named(added) })] : []),
    ...(removed.length > 0 ? [say(language, 'log.removedFrom', { groups: named(removed) })] : []),
    ...(moved.length > 0 ? [say(language, 'log.nowIn', { groups: named(moved) })] : []),
  ]
  return changes.flatMap((change, at) => [
    ...say(language, at === 0 ? 'list.colon' : 'list.comma'),
    ...change,
  ])
}

export const groupsChanged = (e: Entry): Inline | undefined =>
  followed(e.say('log.groups', { account: e.account }), membershipChange(e))

export const promoted = (e: Entry): Inline | undefined => followed(e.say('log.promoted'), membershipChange(e))
