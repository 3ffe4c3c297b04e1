/** Which route a request is for. */
import type { Issue } from './refusal.ts'
import { type Route, routes } from './routes.ts'

/** A route, and what its path names. */
export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** Rows are tried in order: a path that is spelled out stands before one with a parameter in its place. */
const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}))

/** The route of a method and path, if there is one. */
export function findRoute(method: string, path: string): Match | undefined {
  for (const { route, pattern } of patterns) {
    const found = route.method === method ? pattern.exec(path) : null
    if (found) return { route, params: found.groups ?? {} }
  }
  return undefined
}

/** What is wrong with the ids in a path. */
export const idIssues = (params: Match['params']): Issue[] =>
  Object.entries(params)
    .filter(([name, id]) => name.endsWith('_id') && !/^\d{1,20}$/.test(id))
    .map(([name, id]) => ({
      path: [name],
      code: 'NUMBER_TYPE_COERCE',
      message: `Value "${id}" is not snowflake.`,
    }))
