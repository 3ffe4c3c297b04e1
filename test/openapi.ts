/** Holds answers against the OpenAPI document that the program serves. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'

interface Parameter {
  readonly name: string
  readonly in: 'query' | 'header'
  readonly schema: Schema
}

interface Schema {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
}

interface AnswerSchema {
  readonly properties?: Readonly<Record<string, { readonly contentSchema?: object }>>
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly responses: Readonly<
    Record<string, { content?: Readonly<Record<string, { schema: AnswerSchema }>> }>
  >
}

export interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>
}

export class Contract {
  readonly document: OpenApi
  readonly #ajv = new Ajv2020({ strict: true, allErrors: true })
  readonly #validators = new Map<object, ValidateFunction>()

  constructor(document: OpenApi) {
    this.document = document
    this.#ajv.addVocabulary(['openapi', 'info', 'security', 'paths', 'components'])
    this.#ajv.addFormat('date', true).addFormat('date-time', true)
    this.#ajv.addSchema(document, 'openapi')
  }

  /** What an answer has that its document does not allow; `null` where all is right. */
  fault(path: string, status: number, type: string, body: unknown): string | null {
    const operation = this.document.paths[path]?.get
    const responses = operation?.responses ?? {}
    const response = responses[status]
    if (response === undefined) return `${path} does not say that it answers ${status}`
    const [mediaType = ''] = type.split(';')
    const schema = response.content?.[mediaType]?.schema
    if (schema === undefined) return `${path} does not say that ${status} is ${type}`
    const validate = this.#validatorOf(schema)
    return validate(body) ? null : `${path} ${status}: ${this.#ajv.errorsText(validate.errors)}`
  }

  /** What an event of a stream has that the document does not allow; `null` where all is right. */
  eventFault(
    path: string,
    type: string,
    event: { readonly id?: string | undefined; readonly data: string },
  ): string | null {
    const { id, data } = event
    const fault = this.fault(path, 200, type, { id, data })
    if (fault !== null) return fault
    const [mediaType = ''] = type.split(';')
    const content = this.document.paths[path]?.get.responses[200]?.content?.[mediaType]
    const schema = content?.schema.properties?.data?.contentSchema
    if (schema === undefined) return `${path} does not say what its events are`
    const validate = this.#validatorOf(schema)
    return validate(JSON.parse(data))
      ? null
      : `${path}, event ${id}: ${this.#ajv.errorsText(validate.errors)}`
  }

  #validatorOf(schema: object): ValidateFunction {
    let validate = this.#validators.get(schema)
    if (validate === undefined) {
      validate = this.#ajv.compile(absolute(schema))
      this.#validators.set(schema, validate)
    }
    return validate
  }

  /** Queries for a path: values that its document allows, any other text, and names that there are not. */
  queries(path: string): fc.Arbitrary<string> {
    const parameters = (this.document.paths[path]?.get.parameters ?? []).filter((each) => each.in === 'query')
    const named = parameters.map(({ name, schema }) =>
      fc
        .oneof({ weight: 5, arbitrary: aValueOf(schema) }, { weight: 1, arbitrary: anyText })
        .map((value): [string, string] => [name, value]),
    )
    const unknown = fc.tuple(anyText, anyText)
    const pair = fc.oneof(
      { weight: 1, arbitrary: unknown },
      ...named.map((arbitrary) => ({ weight: 8, arbitrary })),
    )
    const pairs = fc.uniqueArray(pair, { maxLength: 4, selector: ([name]) => name })
    return fc.oneof(
      { weight: 20, arbitrary: pairs.map((all) => new URLSearchParams(all.map(wellFormed)).toString()) },
      // What is no encoding of anything.
      { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'%&=+?;0aF') }) },
    )
  }
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '-1',
    '0',
    '1e9',
    '*',
    'constructor',
    '__proto__',
    "' OR 1=1 --",
    '../..',
    'a'.repeat(600),
  ),
)

const wellFormed = ([name, value]: [string, string]): [string, string] => [
  name.toWellFormed(),
  value.toWellFormed(),
]

function aValueOf(schema: Schema): fc.Arbitrary<string> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.type === 'array')
    return fc
      .array(aValueOf(schema.items ?? {}), { minLength: 1, maxLength: 3 })
      .map((values) => values.join(','))
  if (schema.type === 'integer' || schema.type === 'number')
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000_000 }).map(String)
  if (schema.type === 'boolean') return fc.constantFrom('true', 'false')
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern))
  return fc.oneof(
    fc.constantFrom(
      'enwiki',
      'de',
      '*',
      'Talk:*',
      'Example',
      '2026-08-04',
      '2026-11-20T10:00:00Z',
      '0',
      'talk',
    ),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
    anyText,
  )
}

/** References within the document, as they are called from outside it. */
const absolute = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components')) as object
