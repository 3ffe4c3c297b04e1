import * as v from 'valibot'
import { LANGUAGES } from '../../../language/language.ts'
import { type Scope, scopeLabel, suggestScopes } from '../../../scope.ts'
import { shortText } from './parameter.ts'
import { resource } from './resource.ts'
import { scopesShape } from './shapes.ts'

const LONGEST = 100
const TAKES = `takes the beginning of a code or a name, of ${LONGEST} characters at most`

export const scopes = resource({
  path: '/api/scopes',
  summary: 'What can be asked about: all wikis, languages, single wikis',
  description:
    'Without `q`, those that have sent changes; with it, those that may be meant, the likeliest first, 25 at most.',
  parameters: {
    q: {
      schema: shortText(LONGEST, TAKES),
      description: 'The beginning of a code, a name or a host name.',
      example: 'germ',
      document: { type: 'string', maxLength: LONGEST },
    },
    language: {
      schema: v.picklist(LANGUAGES, `takes ${LANGUAGES.join(', ')}`),
      description: 'The language of the names; `en` without it.',
    },
  },
  answer: scopesShape,
  links: {
    changes: { operationId: 'changes', parameters: { scope: '$response.body#/scopes/0/code' } },
    figures: { operationId: 'stats', parameters: { scope: '$response.body#/scopes/0/code' } },
  },
  async get({ q, language = 'en' }, { store }) {
    const sites = await store.sites()
    const found = q === undefined ? scopesOf(sites) : suggestScopes(q, sites)
    return { body: { scopes: found.map((scope) => ({ ...scopeLabel(scope, language), kind: scope.kind })) } }
  },
})

interface Seen {
  readonly wiki: string
  readonly domain: string
  readonly language: string | null
}

/** All that the wikis make up, in the order of their codes. */
function scopesOf(sites: readonly Seen[]): Scope[] {
  const languages = new Set(sites.flatMap(({ language }) => language ?? []))
  const wikis = new Map(sites.map((site) => [site.wiki, site]))
  return [
    { kind: 'all' },
    ...[...languages].sort().map((language): Scope => ({ kind: 'language', language })),
    ...[...wikis.values()]
      .sort((a, b) => (a.wiki < b.wiki ? -1 : 1))
      .map(({ wiki, domain }): Scope => ({ kind: 'wiki', wiki, domain })),
  ]
}
