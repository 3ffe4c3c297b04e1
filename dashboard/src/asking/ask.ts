/** Questions to the API. */
import type * as v from 'valibot'
import type {
  pageShape,
  scopesShape,
  seriesShape,
  statsShape,
  statusShape,
  topShape,
} from '../../../src/faces/web/api/shapes.ts'

type Page = v.InferOutput<typeof pageShape>
export type Stats = v.InferOutput<typeof statsShape>
export type Series = v.InferOutput<typeof seriesShape>
export type Top = v.InferOutput<typeof topShape>
export type Scopes = v.InferOutput<typeof scopesShape>
export type Status = v.InferOutput<typeof statusShape>

/** What each address answers. */
export interface Answers {
  readonly changes: Page
  readonly stats: Stats
  readonly series: Series
  readonly top: Top
  readonly scopes: Scopes
  readonly status: Status
}

export type Parameters = Readonly<Record<string, string | number>>

/** What an error of the API says (RFC 9457). */
export interface Problem {
  readonly status: number
  readonly detail: string
  readonly parameter?: string
  readonly nearest?: readonly string[]
}

/** The API answered, and said no. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
  /** Asking the same again makes no sense. */
  get isFinal(): boolean {
    return this.problem.status >= 400 && this.problem.status < 500
  }
}

export const addressOf = (name: string, parameters: Parameters): string =>
  `/api/${name}?${new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, String(value)]))}`

/**
 * Asks the API.
 * @throws {Refused} where it says no; anything else where it cannot be reached
 */
export async function ask<Name extends keyof Answers>(
  name: Name,
  parameters: Parameters = {},
  signal?: AbortSignal,
): Promise<Answers[Name]> {
  const response = await responded(addressOf(name, parameters), signal)
  return (await response.json()) as Answers[Name]
}

/** The response to a question that is answered. Throws as `ask`. */
export async function responded(address: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(address, { ...(signal && { signal }) })
  if (response.ok) return response
  const said = (await response.json().catch(() => ({}))) as Partial<Problem>
  throw new Refused({ detail: response.statusText, ...said, status: response.status })
}
