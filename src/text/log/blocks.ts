import { type BareKey, say } from '../../language/messages.ts'
import type { Inline } from '../inline.ts'
import { enumerate } from '../lists.ts'
import { namespaceName } from '../namespaces.ts'
import { page } from '../parts.ts'
import { asList, asText, type Entry, property } from './entry.ts'
import { bracketed, followed, forTime, texts } from './words.ts'

const flags: ReadonlyMap<string, BareKey> = new Map([
  ['anononly', 'log.flag.anononly'],
  ['nocreate', 'log.flag.nocreate'],
  ['noautoblock', 'log.flag.noautoblock'],
  ['noemail', 'log.flag.noemail'],
  ['nousertalk', 'log.flag.nousertalk'],
  ['hiddenname', 'log.flag.hiddenname'],
  ['angry-autoblock', 'log.flag.angryAutoblock'],
  // Those of global blocks:
  ['anon-only', 'log.flag.anononly'],
  ['allow-account-creation', 'log.flag.allowCreation'],
  ['enable-autoblock', 'log.flag.enableAutoblock'],
])

const flagsOf = (e: Entry): Inline[] =>
  e.list('flags', 1).map((flag) => {
    const key = flags.get(flag)
    return key === undefined ? [flag] : say(e.language, key)
  })

/** What a partial block keeps somebody from: ` from A, B and the namespaces Talk and User`. */
function restrictionsOf(e: Entry): Inline {
  if (e.value('sitewide') !== false) return []
  const { language } = e
  const restrictions = e.value('restrictions')
  const pages = property(restrictions, 'pages')
  const namespaces = asList(property(restrictions, 'namespaces'))
  const names = texts(
    namespaces.map((number) => namespaceName(number, language)),
    language,
  )
  const limits: Inline[] = [
    // Titles, or objects from the Action API.
    ...(Array.isArray(pages) ? pages : [])
      .flatMap((item) => asText(item) ?? asText(property(item, 'page_title')) ?? [])
      .map((title) => page(e.site, title, language)),
    ...(namespaces.length > 0 ? [say(language, 'log.namespaces', { count: namespaces.length, names })] : []),
    ...asList(property(restrictions, 'actions')).map((action) => say(language, 'log.action', { action })),
  ]
  const from = limits.length > 0 ? enumerate(limits, language) : say(language, 'log.nonEditing')
  return [' ', ...say(language, 'log.from', { limits: from })]
}

export const blocked = (e: Entry): Inline | undefined =>
  followed(
    e.say('log.blocked', { account: e.account }),
    restrictionsOf(e),
    forTime(e.text('duration', 0), e.language),
    bracketed(flagsOf(e), e.language, 'list.comma'),
  )

export function reblocked(e: Entry): Inline | undefined {
  const time = forTime(e.text('duration', 0), e.language)
  const restrictions = restrictionsOf(e)
  const key = time.length > 0 || restrictions.length > 0 ? 'log.reblockedNow' : 'log.reblocked'
  return followed(
    e.say(key, { account: e.account }),
    restrictions,
    time,
    bracketed(flagsOf(e), e.language, 'list.comma'),
  )
}

export const globallyBlocked =
  (key: 'log.globallyBlocked' | 'log.globallyReblocked') =>
  (e: Entry): Inline | undefined => {
    // Here the flag says that accounts may be created: without it they may not.
    const all = e.list('flags').includes('allow-account-creation') || !Array.isArray(e.value('flags'))
    const notes = [...flagsOf(e), ...(all ? [] : [say(e.language, 'log.flag.nocreate')])]
    return followed(
      e.say(key, { account: e.account }),
      forTime(e.text('expiry', 0), e.language),
      bracketed(notes, e.language, 'list.comma'),
    )
  }
