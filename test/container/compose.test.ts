/** compose.yaml and the Dockerfile, as far as they can be held to something without a container. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SETTING_NAMES } from '../../src/config.ts'
import { ROLES } from '../../src/roles.ts'
import { COMPOSE, composeFaults, servicesOf } from './compose.ts'

const text = readFileSync(COMPOSE, 'utf8')
const services = servicesOf(text)
const programs = Object.values(services).filter(({ image }) => image === 'wiki-change-stream')

test('is what the Compose Specification describes', () => {
  expect(composeFaults(text)).toEqual([])
  expect(composeFaults(text.replace('read_only: true', 'read_only: [true]')).join()).toContain('read_only')
  expect(composeFaults(text.replace('cap_drop:', 'cap_drops:')).join()).toContain('cap_drops')
})

test('starts one service by itself, and none of a profile', () => {
  const started = Object.entries(services).filter(([, { profiles }]) => profiles === undefined)
  expect(started.map(([name]) => name)).toEqual(['app'])
})

test('keeps the database in the volume of the image', () => {
  for (const { volumes } of programs) expect(volumes).toEqual(['data:/data'])
})

test('split, each role runs once', () => {
  const split = programs.filter(({ profiles }) => profiles?.includes('split'))
  const roles = split.flatMap(({ command }) => command?.at(-1)?.split(',') ?? [])
  expect(roles.toSorted()).toEqual(ROLES.toSorted())
})

test('lets this machine alone in', () => {
  const ports = Object.values(services).flatMap(({ ports = [] }) => ports)
  expect(ports).not.toEqual([])
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
})

test('sets what there is to set', () => {
  const names = programs.flatMap(({ environment }) => Object.keys(environment))
  expect(SETTING_NAMES).toEqual(expect.arrayContaining(names))
})

test('the image starts the program with the flags of `npm start`', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]') as string[]
  expect(entry.slice(0, -1)).toEqual(scripts.start.split(' ').slice(0, -1))
})
