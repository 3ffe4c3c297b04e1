/** Events of recentchange with what matters to a test, as a stream sends them. */
import { nextId } from './changes.ts'

export interface EventOptions {
  readonly wiki?: 'enwiki' | 'dewiki' | 'wikidatawiki'
  /** UTC ms. */
  readonly at: number
  readonly type?: 'edit' | 'new'
  readonly title: string
  readonly namespace?: number
  readonly user?: string
  readonly bot?: boolean
  readonly minor?: boolean
  /** By how many bytes the page, of 1,000 before, grew. */
  readonly growth?: number
}

const DOMAINS = {
  enwiki: 'en.wikipedia.org',
  dewiki: 'de.wikipedia.org',
  wikidatawiki: 'www.wikidata.org',
} as const

let number = 5_000_000

/** One edit, as a line of JSON. */
export function anEvent(options: EventOptions): string {
  const { wiki = 'enwiki', at, type = 'edit', title, namespace = 0, user = 'Example' } = options
  const { bot = false, minor = false, growth = 10 } = options
  const domain = DOMAINS[wiki]
  number += 1
  return JSON.stringify({
    $schema: '/mediawiki/recentchange/1.0.0',
    meta: {
      uri: `https://${domain}/wiki/${encodeURIComponent(title.replaceAll(' ', '_'))}`,
      id: nextId(),
      dt: new Date(at).toISOString(),
      domain,
      stream: 'mediawiki.recentchange',
    },
    id: number,
    type,
    namespace,
    title,
    comment: '',
    timestamp: Math.floor(at / 1000),
    user,
    bot,
    minor,
    length: { old: type === 'new' ? null : 1000, new: type === 'new' ? growth : 1000 + growth },
    revision: { old: type === 'new' ? null : number, new: number + 1 },
    server_url: `https://${domain}`,
    server_name: domain,
    server_script_path: '/w',
    wiki,
    parsedcomment: '',
  })
}
