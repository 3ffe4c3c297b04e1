/** The OpenAPI document, of the schemas that read the questions and describe the answers. */
import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { NAME, PROJECT_PAGE, VERSION } from '../../../version.ts'
import { type Parameter, PLACE } from './parameter.ts'
import type { Resource } from './resource.ts'
import { changeShape } from './shapes.ts'

interface Described extends Pick<Resource, 'summary' | 'description' | 'parameters'> {
  readonly path: string
}

const problemShape = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  parameter: v.optional(v.string()),
  nearest: v.optional(v.array(v.string())),
})

const schemaOf = (schema: v.GenericSchema, typeMode: 'input' | 'output'): object => {
  // A check is said in words; what it adds to the schema stands beside it, as `document`.
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode, errorMode: 'ignore' })
  return rest
}

const header = (type: 'string' | 'integer'): object => ({ required: true, schema: { type } })

const problem = (description: string, headers?: Record<string, object>): object => ({
  description,
  ...(headers && { headers }),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

/** What may be answered to anything, in place of what was asked for. */
const PROBLEMS = {
  400: problem('This is no request that can be read, or it does not say clearly whom it asks.'),
  405: problem('It is asked by GET and HEAD alone.', { Allow: header('string') }),
  408: problem('The request took too long to come.'),
  414: problem('The address is too long.'),
  431: problem('The headers and the address are too long.'),
  500: problem('Something went wrong; the log says what.'),
}
/** What may be answered besides where not everybody is let in. */
const REFUSALS = {
  401: problem('The header `Authorization` is missing or wrong.', { 'WWW-Authenticate': header('string') }),
  403: problem('It was asked under a name that is not of this machine.'),
}
const NOT_NOW = {
  503: problem('Too much at once, or the system stops: `Retry-After` says, in seconds, when to try again.', {
    'Retry-After': header('integer'),
  }),
}
const API_PROBLEMS = {
  400: problem(
    'An argument is wrong; `parameter` says which, `detail` what is accepted, `nearest` what may be meant.',
  ),
  406: problem('It is not answered in a form that is accepted.'),
  ...NOT_NOW,
  ...REFUSALS,
}

function parameterOf([name, { schema, description, example, document }]: [string, Parameter]): object {
  return {
    name,
    in: 'query',
    description,
    required: false,
    style: 'form',
    explode: false,
    schema: document ?? schemaOf(schema, 'output'),
    ...(example !== undefined && { example: document?.type === 'array' ? example.split(',') : example }),
  }
}

const headerParameter = (name: string, description: string, pattern?: string): object => ({
  name,
  in: 'header',
  description,
  required: false,
  schema: { type: 'string', ...(pattern !== undefined && { pattern }) },
})

/** By which links name an operation: the last word of its path. */
const idOf = (path: string): string => /(\w+)(?:\.json)?$/.exec(path)?.[1] ?? path

const operation = (
  { path, summary, description, parameters }: Described,
  responses: object,
  headers: readonly object[],
): object => ({
  operationId: idOf(path),
  summary,
  ...(description !== undefined && { description }),
  parameters: [...Object.entries(parameters).map(parameterOf), ...headers],
  responses: { ...responses, ...PROBLEMS, ...API_PROBLEMS },
})

/** Of something that is answered as JSON. */
const jsonOperation = (described: Described, schema: object, links?: Resource['links']): object =>
  operation(
    described,
    {
      200: {
        description: 'As asked. Times are in ms since 1970, UTC; what an event lacks is `null`.',
        headers: { ETag: header('string') },
        content: { 'application/json': { schema } },
        ...(links && { links }),
      },
      304: {
        description: 'What was asked for is what `If-None-Match` names.',
        headers: { ETag: header('string') },
      },
    },
    [headerParameter('If-None-Match', 'The `ETag` of an answer that one has.')],
  )

/** Of each event, which is what a schema of this type describes before OpenAPI 3.2. */
const eventSchema = {
  type: 'object',
  required: ['id', 'data'],
  properties: {
    id: { type: 'string', pattern: PLACE.source },
    data: {
      type: 'string',
      contentMediaType: 'application/json',
      contentSchema: { $ref: '#/components/schemas/Change' },
    },
  },
}

const streamOperation = (stream: Described): object =>
  operation(
    stream,
    {
      200: {
        description: 'Events without end. The `data` of each is a `Change` as JSON.',
        content: { 'text/event-stream': { schema: eventSchema } },
      },
    },
    [
      headerParameter(
        'Last-Event-ID',
        'The id of the last event that was had; empty: there is none.',
        `^(?:${PLACE.source.slice(1, -1)})?$`,
      ),
    ],
  )

const textOperation = (path: string, summary: string, answer: string, more: object): object => ({
  operationId: idOf(path),
  summary,
  ...more,
  responses: {
    200: { description: answer, content: { 'text/plain': { schema: { type: 'string' } } } },
    ...(more as { responses?: object }).responses,
    ...PROBLEMS,
  },
})

/** @param isGuarded whether those who ask have to show the token */
export function openApi(resources: readonly Resource[], stream: Described, isGuarded: boolean): object {
  return {
    openapi: '3.1.0',
    info: {
      title: NAME,
      version: VERSION,
      description: "Every change of Wikimedia's wikis, stored exactly once.",
      contact: { url: PROJECT_PAGE },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    security: isGuarded ? [{ token: [] }, { password: [] }] : [],
    paths: {
      ...Object.fromEntries(
        resources.map((resource) => [
          resource.path,
          { get: jsonOperation(resource, schemaOf(resource.answer, 'input'), resource.links) },
        ]),
      ),
      [stream.path]: { get: streamOperation(stream) },
      '/openapi.json': {
        get: jsonOperation(
          { path: '/openapi.json', summary: 'This document', parameters: {} },
          { type: 'object' },
        ),
      },
      '/healthz': { get: textOperation('/healthz', 'The process lives', 'It does.', { security: [] }) },
      '/readyz': {
        get: textOperation('/readyz', 'Requests may be sent here', 'They may.', {
          security: [],
          responses: NOT_NOW,
        }),
      },
      '/metrics': {
        get: textOperation('/metrics', 'Figures for Prometheus', 'In its text format.', {
          responses: REFUSALS,
        }),
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The value of HTTP_TOKEN.' },
        password: {
          type: 'http',
          scheme: 'basic',
          description: 'The value of HTTP_TOKEN as the password of any user, as browsers send it.',
        },
      },
      schemas: { Problem: schemaOf(problemShape, 'input'), Change: schemaOf(changeShape, 'input') },
    },
  }
}
