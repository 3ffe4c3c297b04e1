import type { Change } from '../../../src/change.ts'
import { encodeTitle } from '../../../src/links.ts'
import type { Site } from '../../../src/site.ts'
import type { ApiChange } from './following.ts'

/** The change that the API told of, as the program's own lines are made of it. */
export function changeOf(told: ApiChange): Change {
  const { wiki, domain, language, project, url, diffUrl, ...rest } = told
  const site = { wiki, domain, language, project, ...placesOf(told) }
  const isUsual = url === site.articleBase + encodeTitle(told.title)
  return { ...rest, site, customUrl: isUsual ? null : url }
}

/**
 * Where a wiki has its pages and its scripts, read off the addresses that are told with a change. Where they do not say,
 * it is as MediaWiki has it unless told otherwise.
 */
function placesOf({
  domain,
  url,
  diffUrl,
  title,
}: ApiChange): Pick<Site, 'server' | 'scriptPath' | 'articleBase'> {
  const server = URL.canParse(url) ? new URL(url).origin : `https://${domain}`
  const name = encodeTitle(title)
  const isPlain = name !== '' && url.startsWith(`${server}/`) && url.endsWith(name)
  const script = diffUrl?.startsWith(`${server}/`) ? /^(.*?)\/index\.php\?/.exec(diffUrl)?.[1] : undefined
  return {
    server,
    scriptPath: script?.slice(server.length) ?? '/w',
    articleBase: isPlain ? url.slice(0, -name.length) : `${server}/wiki/`,
  }
}
