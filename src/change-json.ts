import type { Change } from './change.ts'
import { diffUrl, pageUrl } from './links.ts'

/** A change as other programs get it; what the event lacks is `null`. Times are UTC ms. */
export function changeJson(change: Change) {
  const { site, customUrl: _, ...rest } = change
  const { wiki, domain, language, project } = site
  return { ...rest, wiki, domain, language, project, url: pageUrl(change), diffUrl: diffUrl(change) }
}
