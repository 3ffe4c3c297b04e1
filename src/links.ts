import type { Change } from './change.ts'
import type { Site } from './site.ts'

/**
 * A page's name in an address, as MediaWiki's `wfUrlencode` writes it: spaces as underscores, percent-encoded UTF-8,
 * with the marks that MediaWiki leaves readable left readable.
 */
export function encodeTitle(title: string): string {
  const name = title.includes(' ') ? title.replaceAll(' ', '_') : title
  // Most titles need no encoding at all, and this runs for every change.
  if (/^[\w\-.:/]*$/.test(name)) return name
  return encodeURIComponent(name.toWellFormed())
    .replace(/%(?:3B|40|24|2C|2F|3A|7E)/g, decodeURIComponent)
    .replaceAll("'", '%27')
}

/** Address of the page named `title` on `site`. */
export const titleUrl = (site: Pick<Site, 'articleBase'>, title: string): string =>
  site.articleBase + encodeTitle(title)

/** Address of a section of the page. */
export function sectionUrl(site: Site, title: string, section: string): string {
  const anchor = section.replace(/[\s_]+/g, ' ').trim()
  return titleUrl(site, title) + (anchor && `#${encodeTitle(anchor)}`)
}

/**
 * Address of what `[[target]]` leads to from the page `from`, which `[[/subpage]]` and `[[#section]]` belong to. A
 * prefix of another wiki is left for this wiki to follow.
 */
export function wikilinkUrl(site: Site, target: string, from: string): string {
  const [page = '', ...section] = target.replace(/^[\s_:]+/, '').split('#')
  const name = page.trim()
  const title = name === '' ? from : name.startsWith('/') ? from + name.replace(/\/+$/, '') : name
  return sectionUrl(site, title, section.join('#'))
}

/** Address of the changed page. */
export const pageUrl = (change: Change): string => change.customUrl ?? titleUrl(change.site, change.title)

const script = (site: Site): string => `${site.server}${site.scriptPath}/index.php`

/**
 * Address of exactly what changed: the diff of the two revisions, or the one revision where there was none before;
 * `null` where no revision is known (most log entries).
 */
export function diffUrl(change: Change): string | null {
  const { old, new: now } = change.revision
  if (now === null) return null
  return old ? `${script(change.site)}?diff=${now}&oldid=${old}` : `${script(change.site)}?oldid=${now}`
}

/** Address of one revision by its number, as a diff to the one before it. */
export const revisionUrl = (site: Site, revision: number | string): string =>
  `${script(site)}?diff=${revision}`

/** Address of one entry of the logs. */
export const logUrl = (site: Site, entry: number | string): string =>
  `${script(site)}?title=Special:Log&logid=${entry}`

/** Address of the page's history. */
export const historyUrl = (change: Change): string =>
  `${script(change.site)}?title=${encodeTitle(change.title)}&action=history`

/**
 * An address, a range of addresses or a temporary account (`~2026-12345-6`) stands for a person without a user page
 * of their own.
 */
export const isUnnamed = (user: string): boolean =>
  /^(?:~\d.*|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?|[\da-f]*(?::[\da-f]*){2,7}(?:\/\d+)?)$/i.test(user)

export const contributionsUrl = (site: Site, user: string): string =>
  titleUrl(site, `Special:Contributions/${user}`)
export const talkUrl = (site: Site, user: string): string => titleUrl(site, `User talk:${user}`)

/** Where a user's name leads: the user page, or the contributions of somebody who has none. */
export const userUrl = (site: Site, user: string): string =>
  isUnnamed(user) ? contributionsUrl(site, user) : titleUrl(site, `User:${user}`)
