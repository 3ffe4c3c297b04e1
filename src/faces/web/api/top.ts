import * as v from 'valibot'
import { HOUR_MS } from '../../../answers/arguments.ts'
import { titleUrl } from '../../../links.ts'
import { scopeCode } from '../../../scope.ts'
import { askedScope, scopeParameter } from './asked.ts'
import { RANKED } from './choices.ts'
import { wholeNumber } from './parameter.ts'
import { resource } from './resource.ts'
import { topShape } from './shapes.ts'

const BY = { page: 'pages', user: 'users', wiki: 'wikis' } as const
const HOURS = { default: 24, most: 168 }
const LIMIT = { default: 10, most: 100 }

export const top = resource({
  path: '/api/top',
  summary: 'The pages, users or wikis with most changes',
  description:
    'Of pages, edits and new pages are counted; of users, those and log entries; of wikis, all changes. `countedFrom` is later than asked for, and `isWhole` false, where no more is stored or it took too long. An answer may be half a minute old.',
  parameters: {
    ...scopeParameter,
    by: { schema: v.picklist(RANKED, 'takes page, user or wiki'), description: 'What; `page` without it.' },
    hours: {
      schema: wholeNumber(1, HOURS.most, 'hours'),
      description: `In the last hours; ${HOURS.default} without it.`,
    },
    limit: {
      schema: wholeNumber(1, LIMIT.most),
      description: `At most so many; ${LIMIT.default} without it.`,
    },
  },
  answer: topShape,
  isSearch: () => true,
  keepMs: 30_000,
  async get({ scope: text, by = 'page', hours = HOURS.default, limit = LIMIT.default }, { store, now }) {
    const found = await askedScope(text, store)
    if ('fault' in found) return found
    const from = now - hours * HOUR_MS
    const { entries, countedFrom } = await store.top({ scope: found.scope, by: BY[by], from, limit })
    return {
      body: {
        scope: scopeCode(found.scope),
        by,
        hours,
        countedFrom,
        isWhole: countedFrom <= from,
        entries: entries.map(({ name, site, changes, bots, isAtLeast }) => ({
          name,
          wiki: site.wiki,
          domain: site.domain,
          url: by === 'page' ? titleUrl(site, name) : by === 'user' ? titleUrl(site, `User:${name}`) : null,
          changes,
          bots,
          isAtLeast,
        })),
      },
    }
  },
})
