import type { Page } from './pages.ts'
import type { Random } from './random.ts'

/** What only events of type `log` have, in the shapes that vary: an object, an empty list, a list of strings, nothing. */
export function logEntry(random: Random, page: Page, user: string, comment: string, rcid: number): object {
  const [type, action, params, text] = random.pick(KINDS)(random, page, user)
  return {
    log_id: Math.floor(rcid / 20),
    log_type: type,
    log_action: action,
    ...(params !== null && { log_params: params }),
    log_action_comment: comment === '' ? text : `${text}: ${comment}`,
  }
}

type Kind = (
  random: Random,
  page: Page,
  user: string,
) => [type: string, action: string, params: unknown, text: string]

const KINDS: readonly Kind[] = [
  (_, { title }) => [
    'move',
    'move',
    { target: `${title} (new)`, noredir: '0' },
    `moved ${title} to ${title} (new)`,
  ],
  (random, { title }) => {
    const flags = 'nocreate,noemail'
    const params = { duration: '1 year', flags, sitewide: true, blockId: random.below(30_000_000) }
    return [
      'block',
      'reblock',
      params,
      `changed block settings for [[${title}]] with an expiration time of 1 year`,
    ]
  },
  (_, { title }) => ['delete', 'delete', [], `deleted &quot;[[${title}]]&quot;`],
  (random, { title }) => {
    const params = { img_sha1: random.bits().toString(36), img_timestamp: '20260804152429' }
    return ['upload', 'upload', params, `uploaded &quot;[[${title}]]&quot;`]
  },
  (random, _, user) => [
    'newusers',
    'create',
    { userid: random.below(90_000_000) },
    `New user account ${user}`,
  ],
  (_, { title }) => [
    'interwiki',
    'iw_add',
    ['example', 'https://example.org/$1', '0', '0'],
    `added prefix on ${title}`,
  ],
  (_, { title }) => ['thanks', 'thank', null, `thanked ${title}`],
]
