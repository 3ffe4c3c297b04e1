import type * as v from 'valibot'
import type { BotState, Store, StoreReader } from '../../../contracts.ts'
import type { Fault, Parameters, Values } from './parameter.ts'

/** What is answered from. */
export interface Answering {
  readonly store: StoreReader & Pick<Store, 'kind'>
  /** What this process reads; `null`: another one reads. */
  readonly source: {
    readonly name: string
    /** Something comes from it on the connection that it has. */
    isConnected(): boolean
  } | null
  readonly bot: () => BotState
}

interface Context extends Answering {
  /** UTC ms. */
  readonly now: number
}

/** What is answered: a document, or what is wrong with the question. */
export type Outcome =
  | {
      readonly body: object
      /** It is of a time that is over: it hardly changes any more. */
      readonly isSettled?: boolean
    }
  | { readonly fault: Fault }

/** Something that can be asked for by GET. */
export interface Resource<P extends Parameters = Parameters> {
  readonly path: `/api/${string}`
  /** For people. */
  readonly summary: string
  readonly description?: string
  readonly parameters: P
  /** What its answers are like. */
  readonly answer: v.GenericSchema
  /** Where its answers lead, by name, as OpenAPI has it. */
  readonly links?: Readonly<
    Record<string, { readonly operationId: string; readonly parameters: Readonly<Record<string, string>> }>
  >
  /** It may take seconds, beside everything else. */
  isSearch?(values: Values<P>): boolean
  /** Of a search: so long, in ms, what was found is said again to whoever asks the same. */
  readonly keepMs?: number
  get(values: Values<P>, context: Context): Promise<Outcome>
}

/** Whoever asks a resource has read the values by its own parameters. */
export const resource = <P extends Parameters>(given: Resource<P>): Resource => given as unknown as Resource
