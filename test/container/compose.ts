/** compose.yaml, as Docker Compose reads it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

export const COMPOSE = fileURLToPath(new URL('../../compose.yaml', import.meta.url))
const SCHEMA = new URL('../fixtures/compose-spec/schema.json', import.meta.url)

/** What is used here of a service. */
export interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly profiles?: readonly string[]
}

/** By name. */
export type Services = Readonly<Record<string, Service>>

/** The services by name, as `text` has them. Nothing is interpolated. */
export function servicesOf(text: string): Services {
  return (read(text) as { services: Record<string, Service> }).services
}

/** What the Compose Specification does not allow in `text`, with where it stands; empty: nothing. */
export function composeFaults(text: string): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  const check = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))
  check(read(text))
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/** Compose files are YAML with `<<`. */
const read = (text: string): unknown => parse(text, { merge: true })
