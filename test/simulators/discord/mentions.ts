/** Whom a message would ping. */
import type { APIAllowedMentions } from 'discord.js'

/** Whom a text pings under its `allowed_mentions`. */
export interface Pings {
  readonly everyone: boolean
  readonly users: readonly string[]
  readonly roles: readonly string[]
  /** Mentions in the text that ping although nobody listed the one who is pinged: somebody's words did it. */
  readonly careless: readonly string[]
}

/**
 * Without `allowed_mentions` everything in the text pings; with it, only what `parse` names or is listed by id.
 * Code blocks and backslashes are not held to protect: only `allowed_mentions` is sure to.
 */
export function pingsOf(text: string, allowed: APIAllowedMentions | null | undefined): Pings {
  const parse: readonly string[] = allowed ? (allowed.parse ?? []) : ['everyone', 'users', 'roles']
  const found = (pattern: RegExp, kind: string, listed: readonly string[] = []) =>
    [...text.matchAll(pattern)].filter(([, id = '']) => parse.includes(kind) || listed.includes(id))
  const everyone = found(/@(?:everyone|here)/g, 'everyone')
  const users = found(/<@!?(\d+)>/g, 'users', allowed?.users)
  const roles = found(/<@&(\d+)>/g, 'roles', allowed?.roles)
  return {
    everyone: everyone.length > 0,
    users: idsOf(users),
    roles: idsOf(roles),
    careless: [
      ...everyone,
      ...(parse.includes('users') ? users : []),
      ...(parse.includes('roles') ? roles : []),
    ].map(([mention]) => mention),
  }
}

const idsOf = (mentions: readonly RegExpExecArray[]): string[] => [
  ...new Set(mentions.map(([, id = '']) => id)),
]
