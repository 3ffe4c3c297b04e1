import type { Preferences, StoreReader } from '../contracts.ts'
import { resolveScope, type Scope, type ScopeLabel, scopeLabel } from '../scope.ts'
import type { Answer, CommandInfo, Refusal } from './answer.ts'

/** What a command may use: nothing of the face that asks, and nothing that writes but the person's settings. */
export interface Context {
  /** Identifies the person within all faces; their settings hang on it. */
  readonly user: string
  readonly store: StoreReader & Preferences
  /** UTC ms. */
  readonly now: number
}

/** Something that can be asked. Defined once; every face offers all of them. */
export interface Command extends CommandInfo {
  /** @param args the words after the command's name */
  run(args: readonly string[], context: Context): Promise<Answer>
}

/** The refusal of `command`'s arguments. */
export const refuse = (
  command: CommandInfo,
  problem: string,
  accepts: string,
  nearest: readonly ScopeLabel[] = [],
): Refusal => ({ kind: 'refusal', problem, accepts, example: command.example, nearest })

/** The scope that somebody without a choice of their own asks about. */
const DEFAULT_SCOPE: Scope = { kind: 'all' }

/** The scope that this person chose. One that no longer exists (a wiki that is not stored any more) counts as none. */
export async function chosenScope({ store, user }: Context): Promise<{ scope: Scope; label: ScopeLabel }> {
  const text = await store.scopeOf(user)
  const found = text === null ? undefined : resolveScope(text, await store.sites())
  const scope = found !== undefined && 'scope' in found ? found.scope : DEFAULT_SCOPE
  return { scope, label: scopeLabel(scope) }
}
