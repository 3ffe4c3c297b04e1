import { enumerate, type Inline, say } from '../inline.ts'
import { namespaceName } from '../namespaces.ts'
import { page } from '../parts.ts'
import { asList, asText, type Entry, property } from './entry.ts'
import { bracketed, forTime, texts } from './words.ts'

const flags: ReadonlyMap<string, string> = new Map([
  ['anononly', 'anonymous users only'],
  ['nocreate', 'account creation disabled'],
  ['noautoblock', 'autoblock disabled'],
  ['noemail', 'email disabled'],
  ['nousertalk', 'cannot edit own talk page'],
  ['hiddenname', 'name hidden'],
  ['angry-autoblock', 'enhanced autoblock'],
  // Those of global blocks:
  ['anon-only', 'anonymous users only'],
  ['allow-account-creation', 'account creation allowed'],
  ['enable-autoblock', 'autoblock enabled'],
])

const flagsOf = (e: Entry): string[] => e.list('flags', 1).map((flag) => flags.get(flag) ?? flag)

/** What a partial block keeps somebody from: ` from A, B and the namespaces Talk and User`. */
function restrictionsOf(e: Entry): Inline {
  if (e.value('sitewide') !== false) return []
  const restrictions = e.value('restrictions')
  const pages = property(restrictions, 'pages')
  const namespaces = asList(property(restrictions, 'namespaces'))
  const limits: Inline[] = [
    // Titles, or objects from the Action API.
    ...(Array.isArray(pages) ? pages : [])
      .flatMap((item) => asText(item) ?? asText(property(item, 'page_title')) ?? [])
      .map((title): Inline => [page(e.site, title)]),
    ...(namespaces.length > 0
      ? [[`the namespace${namespaces.length > 1 ? 's' : ''} `, ...texts(namespaces.map(namespaceName))]]
      : []),
    ...asList(property(restrictions, 'actions')).map((action) => [`the action “${action}”`]),
  ]
  return [' from ', ...(limits.length > 0 ? enumerate(limits) : ['non-editing actions'])]
}

export const blocked = (e: Entry): Inline | undefined =>
  say`blocked ${e.account}${restrictionsOf(e)}${forTime(e.text('duration', 0))}${bracketed(flagsOf(e).join(', '))}`

export function reblocked(e: Entry): Inline | undefined {
  const time = forTime(e.text('duration', 0))
  const restrictions = restrictionsOf(e)
  const now = (time !== '' || restrictions.length > 0) && ', now'
  return say`changed the block of ${e.account}${now}${restrictions}${time}${bracketed(flagsOf(e).join(', '))}`
}

export const globallyBlocked =
  (verb: string) =>
  (e: Entry): Inline | undefined => {
    // Here the flag says that accounts may be created: without it they may not.
    const all = e.list('flags').includes('allow-account-creation') || !Array.isArray(e.value('flags'))
    const notes = [...flagsOf(e), ...(all ? [] : ['account creation disabled'])]
    return say`${verb} ${e.account}${forTime(e.text('expiry', 0))}${bracketed(notes.join(', '))}`
  }
