import type { Notes, Preferences, StoreReader } from '../contracts.ts'
import type { Language } from '../language/language.ts'
import { type BareKey, type Message, message, text } from '../language/messages.ts'
import { resolveScope, type Scope, type ScopeLabel, scopeLabel, suggestScopes } from '../scope.ts'
import type { Answer, CommandInfo, ParameterInfo, Refusal } from './answer.ts'
import type { Posting } from './feeds/posting.ts'

/** What a command may use: nothing of the face that asks, and nothing that writes but settings. */
export interface Context {
  /** Identifies the person within all faces; their settings hang on it. */
  readonly user: string
  /** Where it is asked, if others are there too. */
  readonly place?: Place
  readonly store: StoreReader & Preferences & Notes
  /** What is posted by itself, where the face that asks can do so. */
  readonly posting?: Posting
  /** That they are answered in. */
  readonly language: Language
  /** That of wherever they ask, as the face has it. */
  readonly locale?: string | null
  /** UTC ms. */
  readonly now: number
  /** When the program started, UTC ms; left out where it was started for this question alone. */
  readonly startedAt?: number
  /** A search may take its time, since whoever asks has no other way to go on with it. */
  readonly isPatient?: boolean
}

/** A place with settings of its own, such as a server of Discord's. */
export interface Place {
  /** Identifies the place within all faces: never the same as a person's. */
  readonly id: string
  readonly kind: 'server'
  /** Whether the person may change its settings; if not, what they lack, as the face calls it. */
  readonly mayManage: true | { readonly needs: Extract<BareKey, `needs.${string}`> }
}

/** Something that a command is to be told. As words behind its name they come in this order. */
export interface Parameter extends ParameterInfo {
  /** What is accepted, if it is a whole number. */
  readonly range?: readonly [least: number, most: number]
  /** What is accepted, if it is one of a few, and how people call it. */
  readonly choices?: readonly Choice[]
  /** The last parameter only: it may be of several words. */
  readonly isLong?: boolean
  /** It is a channel of the place, given by its number or as `<#number>`. */
  readonly isChannel?: boolean
  /** Whether a text that may as well stand for a parameter before it can only be meant for this one. */
  isMeant?(text: string, context: Context): Promise<boolean>
  /**
   * What may be meant by what has been typed so far, the likeliest first.
   * @param given what was said besides
   */
  suggest?(typed: string, context: Context, given: Given): Promise<readonly Suggestion[]>
}

export interface Choice {
  /** As the parameter is given. */
  readonly value: string
  readonly name: BareKey
}

export interface Suggestion {
  /** For people. */
  readonly name: string
  /** As the parameter is given. */
  readonly value: string
}

/** What was said, by the parameters' names. */
export type Given = Readonly<Record<string, string>>

/**
 * Something that can be asked. Defined once; every face offers all of them. Its name is one word, or that of a group
 * and one within it.
 */
export interface Command extends CommandInfo {
  readonly parameters: readonly Parameter[]
  /** What it answers is of no interest to others. */
  readonly isPrivate?: boolean
  /** It is of no use where nothing can be posted (`Context.posting`), and not listed there. */
  readonly needsPosting?: boolean
  run(given: Given, context: Context): Promise<Answer>
}

/** As it is typed: `recent [offset=0] [limit=10]`. */
export function usageOf(
  { name: command, parameters }: Pick<CommandInfo, 'name' | 'parameters'>,
  language: Language,
): string {
  const words = parameters.map(({ name, form, word, default: otherwise }) => {
    if (word !== undefined) return `[${form ?? `${word}:…`}]`
    if (otherwise === null) return `<${form ?? name}>`
    return `[${form ?? name}=${typeof otherwise === 'string' ? otherwise : text(language, otherwise.key)}]`
  })
  return [command, ...words].join(' ')
}

/** The refusal of `command`'s arguments. */
export const refuse = (
  command: Pick<CommandInfo, 'example'>,
  problem: Message,
  accepts: Message,
  nearest: readonly ScopeLabel[] = [],
): Refusal => ({ kind: 'refusal', problem, accepts, example: command.example, nearest })

export const SCOPES = message('accepts.scope')

/** A parameter for the wikis that one question is about. */
export const scopeParameter: Parameter = {
  name: 'scope',
  purpose: 'option.scope.purpose',
  default: { key: 'default.scope' },
  isLong: true,
  isMeant: async (text, { store }) => 'scope' in resolveScope(text, await store.sites()),
  suggest: suggestScope,
}

/** Scopes by code, English and own name. */
export async function suggestScope(
  typed: string,
  { store, language }: Context,
): Promise<readonly Suggestion[]> {
  return suggestScopes(typed, await store.sites()).map((scope) => {
    const { code, name } = scopeLabel(scope, language)
    return { name, value: code }
  })
}

/** The scope that somebody without a choice of their own asks about. */
const DEFAULT_SCOPE: Scope = { kind: 'all' }

/**
 * The scope that holds: in a place the one that was chosen for it, else the person's. One that no longer exists (a wiki
 * that is not stored any more) counts as none.
 */
export async function chosenScope({ store, user, place, language }: Context): Promise<Chosen> {
  for (const owner of place === undefined ? [user] : [place.id, user]) {
    const text = await store.scopeOf(owner)
    if (text === null) continue
    const found = resolveScope(text, await store.sites())
    if ('scope' in found) return chosen(found.scope, language)
  }
  return chosen(DEFAULT_SCOPE, language)
}

export interface Chosen {
  readonly scope: Scope
  readonly label: ScopeLabel
}

/** The scope that was given with the question, or the one that was chosen before. */
export async function askedScope(
  command: Command,
  { scope: text }: Given,
  context: Context,
): Promise<Chosen | { readonly refusal: Refusal }> {
  if (text === undefined) return chosenScope(context)
  const found = resolveScope(text, await context.store.sites())
  if ('scope' in found) return chosen(found.scope, context.language)
  const problem = message('refusal.unknownScope', { text: shortened(text) })
  return { refusal: refuse(command, problem, SCOPES, labels(found.nearest, context)) }
}

/** A scope with its name for `language`. */
export const chosen = (scope: Scope, language: Language): Chosen => ({
  scope,
  label: scopeLabel(scope, language),
})

export const labels = (scopes: readonly Scope[], { language }: Context): readonly ScopeLabel[] =>
  scopes.map((scope) => scopeLabel(scope, language))

/** A text of somebody's, short enough to be said again. */
export const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
