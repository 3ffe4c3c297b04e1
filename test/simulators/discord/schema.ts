/** Holds requests to Discord's own OpenAPI document, and says what is wrong in Discord's words. */
import { readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Issue } from './refusal.ts'

interface Schema {
  [keyword: string]: unknown
  $ref?: string
  enum?: unknown[]
  oneOf?: Schema[]
  anyOf?: Schema[]
  required?: string[]
  properties?: Record<string, Schema>
}

interface Parameter {
  in: string
  name: string
  schema: Schema
}

interface Operation {
  security?: Record<string, unknown>[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, unknown> }
}

interface Spec {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const spec = loadSpec()
const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true, validateSchema: false })
ajv.addSchema(spec, 'discord')
for (const format of ['int32', 'int64', 'double', 'nonce', 'snowflake']) ajv.addFormat(format, true)
ajv.addFormat('uri', isUrl)
ajv.addFormat('date-time', (text: string) => /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)))

const compiled = new Map<string, ValidateFunction>()

/** The content types that an operation's body may have; none where it takes no body. */
export function bodyTypes(path: string, method: string): readonly string[] {
  return Object.keys(operation(path, method)?.requestBody?.content ?? {})
}

/** Whether an operation can be called without a token. */
export const isPublic = (path: string, method: string): boolean =>
  operation(path, method)?.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false

/** What the document says is wrong with a body. Operations without a body take anything. */
export function checkBody(path: string, method: string, body: unknown): Issue[] {
  if (bodyTypes(path, method).length === 0) return []
  return check(`${pointer(path, method)}/requestBody/content/application~1json/schema`, body)
}

/** What the document says is wrong with an answer that the simulator gives: it keeps its own tests honest. */
export function checkAnswer(path: string, method: string, status: number, answer: unknown): Issue[] {
  return check(`${pointer(path, method)}/responses/${status}/content/application~1json/schema`, answer)
}

/** The query as values of the types that the document gives them, and what is wrong with it. */
export function readQuery(path: string, method: string, query: URLSearchParams) {
  const values: Record<string, unknown> = {}
  const issues: Issue[] = []
  for (const [index, parameter] of (operation(path, method)?.parameters ?? []).entries()) {
    const text = query.get(parameter.name)
    if (parameter.in !== 'query' || text === null) continue
    const value = typed(text, parameter.schema)
    values[parameter.name] = value
    for (const issue of check(`${pointer(path, method)}/parameters/${index}/schema`, value)) {
      issues.push({ ...issue, path: [parameter.name] })
    }
  }
  return { values, issues }
}

/** The languages that localizations may be in. */
export const locales: ReadonlySet<unknown> = new Set(
  spec.components.schemas.AvailableLocalesEnum?.oneOf?.map((locale) => locale.const),
)

function loadSpec(): Spec {
  const file = new URL('../../fixtures/discord-openapi.json', import.meta.url)
  const loaded = JSON.parse(readFileSync(file, 'utf8')) as Spec
  // The document knows integers only, but Discord's documentation and every library send this as text.
  for (const schema of Object.values(loaded.components.schemas)) {
    const permissions = schema.properties?.default_member_permissions
    if (permissions) permissions.type = ['integer', 'string', 'null']
  }
  tagUnions(loaded, loaded.components.schemas)
  return loaded
}

/**
 * Rewrites each `oneOf` whose branches differ in `type` (components, command options) into if/then: an error then
 * speaks of the branch that was meant, not of all the others too. Ajv's `discriminator` takes text tags only.
 */
function tagUnions(node: unknown, schemas: Record<string, Schema>): void {
  if (typeof node !== 'object' || node === null) return
  const union = node as Schema
  // Some unions are written as `anyOf`: of the responses to interactions, for one.
  const choices = union.oneOf ?? union.anyOf
  const branches = Array.isArray(choices) ? choices.map((branch) => tagsOf(branch, schemas)) : []
  const tags = branches.flat()
  if (branches.length > 0 && !tags.includes(undefined) && new Set(tags).size === tags.length) {
    union.type = 'object'
    union.required = ['type']
    union.properties = { type: { enum: tags, union: true } }
    union.allOf = choices?.map((branch, index) => ({
      if: { properties: { type: { enum: branches[index] } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: branch,
    }))
    delete union.oneOf
    delete union.anyOf
  }
  for (const value of Object.values(node)) tagUnions(value, schemas)
}

function tagsOf(branch: Schema, schemas: Record<string, Schema>): unknown[] {
  const target = schemas[branch.$ref?.split('/').at(-1) ?? '']
  return (target?.required?.includes('type') && target.properties?.type?.enum) || [undefined]
}

const operation = (path: string, method: string) => spec.paths[path]?.[method.toLowerCase()]

const pointer = (path: string, method: string) =>
  `discord#/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}`

function typed(text: string, schema: Schema): unknown {
  if (schema.type === 'integer' && /^-?\d+$/.test(text)) return Number(text)
  if (schema.type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return text
}

function check(ref: string, value: unknown): Issue[] {
  const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref })
  compiled.set(ref, validate)
  return validate(value) ? [] : issuesOf(validate.errors ?? [])
}

/** One issue for each thing that is wrong, without the noise of the branches of `oneOf` that were not meant. */
function issuesOf(errors: readonly ErrorObject[]): Issue[] {
  const telling = errors.filter(
    ({ keyword, params }) =>
      !['oneOf', 'anyOf', 'if'].includes(keyword) && !(keyword === 'type' && params.type === 'null'),
  )
  const issues = new Map<string, Issue>()
  for (const error of telling) {
    const others = telling.filter(({ instancePath }) => instancePath === error.instancePath)
    // A value of the wrong type for one branch and too long for another was meant for the other.
    if (error.keyword === 'type' && others.some(({ keyword }) => keyword !== 'type')) continue
    const issue = issueOf(error, others)
    issues.set(`${issue.path.join('/')} ${issue.code}`, issue)
  }
  return [...issues.values()]
}

function issueOf(error: ErrorObject, others: readonly ErrorObject[]): Issue {
  const { keyword, params, data } = error
  const schema = error.parentSchema ?? {}
  const path = error.instancePath.split('/').slice(1)
  const issue = (code: string, message: string, at: readonly (string | number)[] = path): Issue => ({
    path: at,
    code,
    message,
  })
  switch (keyword) {
    case 'required':
      return issue('BASE_TYPE_REQUIRED', 'This field is required', [...path, params.missingProperty])
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
    case 'maxProperties':
      return issue(...badLength(schema.minLength ?? schema.minItems, schema[keyword.replace('min', 'max')]))
    case 'minimum':
      return issue('NUMBER_TYPE_MIN', `int value should be greater than or equal to ${params.limit}.`)
    case 'maximum':
      return issue('NUMBER_TYPE_MAX', `int value should be less than or equal to ${params.limit}.`)
    case 'enum':
    case 'const': {
      const allowed = params.allowedValues ?? others.map((other) => other.params.allowedValue)
      if (!schema.union) return issue('BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`)
      const choices = `Value of field "type" must be one of (${allowed.join(', ')}).`
      return issue('UNION_TYPE_CHOICES', choices, path.slice(0, -1))
    }
    case 'uniqueItems':
      return issue('SET_TYPE_ALREADY_CONTAINS_VALUE', 'The set already contains this value', [
        ...path,
        params.i,
      ])
    case 'pattern':
      return issue('NUMBER_TYPE_COERCE', `Value "${data}" is not ${schema.format ?? 'valid'}.`)
    case 'format':
      return params.format === 'uri'
        ? issue('URL_TYPE_INVALID_URL', 'Not a well formed URL.')
        : issue('DATE_TIME_TYPE_PARSE', `Could not parse ${data}. Should be ISO8601.`)
    default:
      return issue(...badType([params.type].flat()[0], data))
  }
}

/** Discord names both bounds where there are two. */
function badLength(min: number | undefined, max: number | undefined): [code: string, message: string] {
  if (min === undefined) return ['BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`]
  if (max === undefined) return ['BASE_TYPE_MIN_LENGTH', `Must be ${min} or more in length.`]
  return ['BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`]
}

function badType(type: string | undefined, data: unknown): [code: string, message: string] {
  switch (type) {
    case 'string':
      return ['STRING_TYPE_CONVERT', `Could not interpret "${data}" as string.`]
    case 'integer':
    case 'number':
      return ['NUMBER_TYPE_COERCE', `Value "${data}" is not int.`]
    case 'boolean':
      return ['BOOLEAN_TYPE_CONVERT', 'Must be either true or false.']
    case 'array':
      return ['LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType']
    default:
      return ['DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType']
  }
}

/** No blanks, and on the web a host with a dot. Which schemes a field takes is checked in limits.ts. */
function isUrl(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return !/^https?:$/.test(protocol) || hostname.includes('.')
}
