/** Discord's ways of saying no. */
import type { ViolationKind } from './protocol.ts'

/** What is wrong with one field of a body. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly code: string
  readonly message: string
}

interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[]
}

/** A request that is not served; thrown anywhere below rest.ts, answered there. */
export class Refusal extends Error {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** `null`: nothing that the bot could have known. */
  readonly kind: ViolationKind | null
  readonly headers: Readonly<Record<string, string>>
  readonly issues: readonly Issue[]

  constructor(
    status: number,
    body: { code: number; message: string; [key: string]: unknown },
    kind: ViolationKind | null,
    headers: Readonly<Record<string, string>> = {},
    /** What 50035 names. */
    issues: readonly Issue[] = [],
  ) {
    const detail = issues
      .map(({ path, code, message }) => `${path.join('.')}[${code}]: ${message}`)
      .join('; ')
    super(`${body.code || ''} ${body.message}${detail && `: ${detail}`}`.trim())
    this.status = status
    this.body = body
    this.kind = kind
    this.headers = headers
    this.issues = issues
  }
}

/** A plain error with a code of Discord's. */
export const refusal = (status: number, code: number, message: string, kind: ViolationKind = 'refused') =>
  new Refusal(status, { code, message }, kind)

/** The channel does not exist, or not for the bot. */
export const unknownChannel = () => refusal(404, 10003, 'Unknown Channel')
/** The message does not exist (any more). */
export const unknownMessage = () => refusal(404, 10008, 'Unknown Message')
/** The user does not exist. */
export const unknownUser = () => refusal(404, 10013, 'Unknown User')

/** 50035, with every issue in the tree that Discord makes of it. */
export function invalidForm(issues: readonly Issue[]): Refusal {
  const errors: ErrorTree = {}
  for (const { path, code, message } of issues) {
    let node = errors
    for (const key of path) {
      node[key] ??= {}
      node = node[key] as ErrorTree
    }
    node._errors = [...((node._errors as { code: string; message: string }[]) ?? []), { code, message }]
  }
  return new Refusal(400, { code: 50035, message: 'Invalid Form Body', errors }, 'form', {}, issues)
}

/** Does something with one field of a body: what is wrong inside is named from the body on. */
export function within<T>(field: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof Refusal) || error.issues.length === 0) throw error
    throw invalidForm(error.issues.map((issue) => ({ ...issue, path: [field, ...issue.path] })))
  }
}
