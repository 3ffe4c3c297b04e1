import { type BareKey, say } from '../../language/messages.ts'
import { plural } from '../format.ts'
import type { Inline } from '../inline.ts'
import { enumerate } from '../lists.ts'
import { styled } from '../parts.ts'
import { asText, type Entry, property } from './entry.ts'
import { followed } from './words.ts'

/** Bits of the mask of what is hidden; `content` of a log entry is its action and target. */
const content = 1
const summary = 2
const user = 4
const fromAdministrators = 8

const things = {
  archive: 'unit.deletedRevisions',
  oldimage: 'unit.fileVersions',
  filearchive: 'unit.deletedFileVersions',
} as const

/** The mask before or after: a number, one inside of an object (Action API), or `ofield=1` (old entries). */
const mask = (e: Entry, feed: string, api: string, place: number): number =>
  Number(/\d+/.exec(asText(e.value(feed, place) ?? property(e.value(api), 'bitmask')) ?? '0'))

/** "hid ~~content~~ and ~~user name~~ of revision 54 of Title": what differs from before. */
function changed(e: Entry, contentName: BareKey, target: Inline): Inline | undefined {
  const { language } = e
  const before = mask(e, 'ofield', 'old', 2)
  const after = mask(e, 'nfield', 'new', 3)
  const bits: readonly (readonly [bit: number, name: BareKey])[] = [
    [content, contentName],
    [summary, 'log.summary'],
    [user, 'log.userName'],
  ]
  const differing = (from: number, to: number): BareKey[] =>
    bits.flatMap(([bit, name]) => (to & bit && !(from & bit) ? [name] : []))
  const list = (names: readonly BareKey[], style: { strike?: true }): Inline =>
    enumerate(
      names.map((name) => (style.strike ? styled(language, name, style) : say(language, name))),
      language,
    )
  const hid = differing(before, after)
  const unhid = differing(after, before)
  const [hidden, shown] = [list(hid, { strike: true }), list(unhid, {})]
  const sentence =
    hid.length > 0 && unhid.length > 0
      ? e.say('log.hidAndUnhid', { hid: hidden, unhid: shown, target })
      : hid.length > 0
        ? e.say('log.hid', { what: hidden, target })
        : unhid.length > 0
          ? e.say('log.unhid', { what: shown, target })
          : e.say('log.visibility', { target })
  return after & fromAdministrators
    ? followed(sentence, [...say(language, 'list.comma'), ...say(language, 'log.hiddenFromAdministrators')])
    : sentence
}

export function revisionVisibility(e: Entry): Inline | undefined {
  const [type = '', ids] = [e.text('type', 0), e.list('ids', 1)]
  const [id, ...others] = ids
  const single = type === 'revision' && others.length === 0 ? e.revision(id) : undefined
  const unit = Object.hasOwn(things, type) ? things[type as keyof typeof things] : 'unit.revisions'
  const what = single ?? plural(ids.length || 1, unit, e.language)
  return changed(e, 'log.content', say(e.language, 'log.ofPage', { what, page: e.page }))
}

export function eventVisibility(e: Entry): Inline | undefined {
  const [id, ...others] = e.list('ids', 1)
  const single = others.length === 0 ? e.logEntry(id) : undefined
  const what = single ?? plural(others.length + 1, 'unit.logEntries', e.language)
  return changed(e, 'log.actionAndTarget', say(e.language, 'log.inPage', { what, page: e.page }))
}
