import * as v from 'valibot'
import { changeJson } from '../../../change-json.ts'
import { askedChanges, filterParameters, scopeParameter } from './asked.ts'
import { CURSOR, wholeNumber } from './parameter.ts'
import { resource } from './resource.ts'
import { pageShape } from './shapes.ts'

const LIMIT = { default: 50, most: 500 }

const TAKES = 'takes the next or previous of an answer'
/** Where a page ended; any other text would quietly mean the newest end. */
const cursor = v.pipe(v.string(), v.regex(CURSOR, TAKES))

export const changes = resource({
  path: '/api/changes',
  summary: 'Stored changes, newest first, page by page',
  description:
    'A page goes on from where another ended, so none is skipped or repeated while new changes come. A search that takes too long ends before its limit: `searchedTo` says up to which time was looked, and `next` (with `after`: `previous`) goes on from there.',
  parameters: {
    ...scopeParameter,
    ...filterParameters,
    limit: {
      schema: wholeNumber(1, LIMIT.most),
      description: `At most so many; ${LIMIT.default} without it.`,
    },
    before: {
      schema: cursor,
      description: 'What is older: the `next` of an answer.',
    },
    after: {
      schema: cursor,
      description: 'What is newer: the `previous` of an answer. Not together with `before`.',
    },
  },
  answer: pageShape,
  links: {
    older: { operationId: 'changes', parameters: { before: '$response.body#/next' } },
    newer: { operationId: 'changes', parameters: { after: '$response.body#/previous' } },
  },
  isSearch: ({ type, namespace, user, title, bot, minor, minBytes }) =>
    [type, namespace, user, title, bot, minor, minBytes].some((value) => value !== undefined),
  async get(values, { store }) {
    const { limit = LIMIT.default, before, after } = values
    if (before !== undefined && after !== undefined)
      return { fault: { parameter: 'after', detail: 'after is not taken together with before.' } }
    const asked = await askedChanges(values, store)
    if ('fault' in asked) return asked
    const page = await store.recent({
      ...asked,
      limit,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    })
    return { body: { ...page, changes: page.changes.map(changeJson) } }
  },
})
