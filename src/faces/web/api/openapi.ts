/** The OpenAPI document, of the schemas that read the questions and describe the answers. */
import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { NAME, PROJECT_PAGE, VERSION } from '../../../version.ts'
import type { Parameter, Parameters } from './parameter.ts'
import type { Resource } from './resource.ts'
import { changeShape } from './shapes.ts'

interface Described {
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly parameters: Parameters
}

const problemShape = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  parameter: v.optional(v.string()),
  nearest: v.optional(v.array(v.string())),
})

/** What may be answered in place of what was asked for. */
const PROBLEMS: Readonly<Record<string, string>> = {
  400: 'An argument is wrong; `parameter` says which, `detail` what is accepted, `nearest` what may be meant.',
  401: 'The header `Authorization` is missing or wrong.',
  403: 'It was asked under a name that is not of this machine.',
  406: 'It is not answered in a form that is accepted.',
  503: 'Too much at once, or the system stops: `Retry-After` says when to try again.',
  default: 'Something went wrong.',
}

const schemaOf = (schema: v.GenericSchema, typeMode: 'input' | 'output'): object => {
  // A check is said in words; what it adds to the schema stands beside it, as `document`.
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode, errorMode: 'ignore' })
  return rest
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

const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

function operation({ summary, description, parameters }: Described, ok: object, more: object[] = []): object {
  return {
    summary,
    ...(description !== undefined && { description }),
    parameters: [...Object.entries(parameters).map(parameterOf), ...more],
    responses: {
      200: ok,
      304: { description: 'What was asked for is what `If-None-Match` names.' },
      ...Object.fromEntries(Object.entries(PROBLEMS).map(([status, text]) => [status, problem(text)])),
    },
  }
}

const jsonAnswer = (schema: object): object => ({
  description: 'As asked. Times are in ms since 1970, UTC; what an event lacks is `null`.',
  headers: { ETag: { schema: { type: 'string' } } },
  content: { 'application/json': { schema } },
})

const textAnswer = (description: string): object => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
})

/** @param isGuarded whether those who ask have to show the token */
export function openApi(resources: readonly Resource[], stream: Described, isGuarded: boolean): object {
  const lastEventId = {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event that was had.',
    required: false,
    schema: { type: 'string', pattern: '^\\d{1,16}$' },
  }
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
          { get: operation(resource, jsonAnswer(schemaOf(resource.answer, 'input'))) },
        ]),
      ),
      [stream.path]: {
        get: operation(
          stream,
          {
            description: 'Events without end. The `data` of each is a `Change` as JSON.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          [lastEventId],
        ),
      },
      '/openapi.json': {
        get: operation(
          { path: '/openapi.json', summary: 'This document', parameters: {} },
          jsonAnswer({ type: 'object' }),
        ),
      },
      '/healthz': {
        get: { summary: 'The process lives', security: [], responses: { 200: textAnswer('It does.') } },
      },
      '/readyz': {
        get: {
          summary: 'Requests may be sent here',
          security: [],
          responses: { 200: textAnswer('They may.'), 503: problem(PROBLEMS['503'] as string) },
        },
      },
      '/metrics': {
        get: { summary: 'Figures for Prometheus', responses: { 200: textAnswer('In its text format.') } },
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
