/** What can be said in the query of an address: read with the schema that also describes it. */
import * as v from 'valibot'

/** One name of a query. */
export interface Parameter<Schema extends StringSchema = StringSchema> {
  /** Takes the text as it stands in the query. Its messages stand after the name: `takes …`. */
  readonly schema: Schema
  /** For people. */
  readonly description: string
  readonly example?: string
  /** As JSON Schema, where that says more than the schema's own output; an array is a list with commas. */
  readonly document?: Readonly<Record<string, unknown>>
}

type StringSchema = v.GenericSchema<string, unknown>
export type Parameters = Readonly<Record<string, Parameter>>
/** What was said, by name. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: v.InferOutput<P[K]['schema']> | undefined
}

/** What is wrong with a query, and what would be right. */
export interface Fault {
  /** The parameter; `null` where the query as a whole cannot be read. */
  readonly parameter: string | null
  readonly detail: string
  /** Codes of what may have been meant. */
  readonly nearest?: readonly string[]
}

/** @param query what stands behind the question mark */
export function readQuery<P extends Parameters>(
  parameters: P,
  query: string,
): { readonly values: Values<P> } | { readonly fault: Fault } {
  if (!isDecodable(query))
    return { fault: { parameter: null, detail: 'The query is not percent-encoded UTF-8.' } }
  const values: Record<string, unknown> = {}
  for (const [name, text] of new URLSearchParams(query)) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (parameter === undefined) {
      const all = Object.keys(parameters).join(', ')
      const detail = `There is no parameter ${quoted(name)} here; there ${all === '' ? 'is none' : `are: ${all}`}.`
      return { fault: { parameter: quoted(name), detail } }
    }
    if (Object.hasOwn(values, name))
      return { fault: { parameter: name, detail: `${name} is there twice; it is taken once.` } }
    const read = v.safeParse(parameter.schema, text)
    if (!read.success) return { fault: badValue(name, read.issues[0].message, text) }
    values[name] = read.output
  }
  return { values: values as Values<P> }
}

/** @param takes what is accepted: `takes …` */
export const badValue = (parameter: string, takes: string, text: string): Fault => ({
  parameter,
  detail: `${parameter} ${takes}; not ${quoted(text)}.`,
})

/** A text of somebody's, short enough to be said again. */
const quoted = (text: string): string =>
  `“${(text.length > 60 ? `${text.slice(0, 60)}…` : text).toWellFormed()}”`

function isDecodable(query: string): boolean {
  try {
    decodeURIComponent(query)
    return true
  } catch {
    return false
  }
}

/** A text of so many characters at most, as JSON Schema counts them: what takes two units of UTF-16 is one. */
export const shortText = (most: number, takes: string) =>
  v.pipe(
    v.string(),
    v.check((text) => text.length <= most * 2 && [...text].length <= most, takes),
  )

/** A whole number of a range. */
export const wholeNumber = (least: number, most: number, unit = '') => {
  const takes = `takes a whole number${unit === '' ? '' : ` of ${unit}`} from ${least} to ${most}`
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, takes),
    v.transform(Number),
    v.number(),
    v.integer(),
    v.minValue(least, takes),
    v.maxValue(most, takes),
  )
}

export const yesOrNo = v.pipe(
  v.picklist(['true', 'false'], 'takes true or false'),
  v.transform((text) => text === 'true'),
  v.boolean(),
)

/** Places in an order: the largest are safe integers still. */
export const PLACE = /^[0-8]?\d{1,15}$/

/** Where a page ends, as stores say it: one place, or a time and a place. */
export const CURSOR = /^[0-8]?\d{1,15}(-[0-8]?\d{1,15})?$/

/** A day, or a time of RFC 3339; its seconds may be left out. */
const MOMENT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/i

/** A moment, in UTC ms: a day stands for its beginning. */
export const moment = v.pipe(
  v.string(),
  v.regex(MOMENT, 'takes a UTC day or a time with its offset, such as 2026-08-04 or 2026-08-04T12:00:00Z'),
  v.check(isReal, 'takes a time that exists, such as 2026-08-04 or 2026-08-04T12:00:00Z'),
  v.transform(timeOf),
)

function timeOf(text: string): number {
  return Date.parse(text.toUpperCase())
}

/** 30 February would quietly become a day in March, and 24:00 one of the next day. */
function isReal(text: string): boolean {
  const date = text.slice(0, 10)
  const day = Date.parse(date)
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(date)
  return isDay && Number(text.slice(11, 13)) < 24 && !Number.isNaN(timeOf(text))
}

/** A UTC day, in UTC ms. */
export const day = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d$/, 'takes a UTC day: yyyy-mm-dd'),
  v.check(isReal, 'takes a UTC day that exists: yyyy-mm-dd'),
  v.transform((text) => Date.parse(text)),
)
