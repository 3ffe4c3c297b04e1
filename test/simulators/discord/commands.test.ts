/** Which commands Discord would register, and which not. */
import { expect, test } from 'vitest'
import { caller, discord, unlimited } from './testing.ts'

const put = 'PUT /applications/{application_id}/commands'
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i))

const option = (more: object = {}) => ({ type: 3, name: 'o', description: 'd', ...more })
const sub = (name: string, options: object[] = []) => ({ type: 1, name, description: 's', options })
const group = (name: string, ...options: object[]) => ({ type: 2, name, description: 'g', options })
const command = (more: object = {}) => ({ name: 'feed', description: 'f', ...more })
const choices = (count: number, more: object = {}) =>
  many(count, (i) => ({ name: `c${i}`, value: `v${i}`, ...more }))

test('takes subcommands, groups, choices and localizations, up to their limits', async () => {
  const simulator = await discord({ routeLimits: { [put]: unlimited } })
  const call = caller(simulator)
  const path = `/applications/${simulator.applicationId}/commands`
  const good = [
    command({ options: [sub('add', [option({ choices: choices(25) })]), group('watch', sub('page'))] }),
    command({
      name: 'лента',
      name_localizations: { ru: 'лента', 'es-ES': 'canal', ar: 'قناة', 'zh-CN': '频道' },
      description_localizations: { de: 'd'.repeat(100) },
      contexts: [0, 1, 2],
      integration_types: [0, 1],
      options: many(25, (i) =>
        option({ name: `o${i}`, autocomplete: true, min_length: 1, max_length: 6000 }),
      ),
    }),
  ]
  expect(await call('PUT', path, good)).toMatchObject({ status: 200 })
  expect(await simulator.violations()).toEqual([])
})

test('refuses the others, and says why', async () => {
  const simulator = await discord({ routeLimits: { [put]: unlimited } })
  const call = caller(simulator)
  const path = `/applications/${simulator.applicationId}/commands`
  const bad: [named: string, command: object][] = [
    [
      '0.name_localizations.de[APPLICATION_COMMAND_INVALID_NAME]',
      command({ name_localizations: { de: 'Kanal' } }),
    ],
    ['0.name_localizations.de[BASE_TYPE', command({ name_localizations: { de: 'k'.repeat(33) } })],
    ['0.name_localizations.uz[BASE_TYPE_CHOICES]', command({ name_localizations: { uz: 'kanal' } })],
    [
      '0.description_localizations.de[BASE_TYPE',
      command({ description_localizations: { de: 'd'.repeat(101) } }),
    ],
    ['0.options[BASE_TYPE', command({ options: many(26, (i) => option({ name: `o${i}` })) })],
    ['0.options.0.choices[BASE_TYPE', command({ options: [option({ choices: choices(26) })] })],
    [
      '0.options.0.choices.0.value[',
      command({ options: [option({ choices: choices(1, { value: 'v'.repeat(101) }) })] }),
    ],
    [
      '0.options.0.choices.1[APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS]',
      command({ options: [option({ choices: choices(2, { name: 'same' }) })] }),
    ],
    [
      '0.options.0.choices.0.name_localizations.xx[BASE_TYPE_CHOICES]',
      command({ options: [option({ choices: choices(1, { name_localizations: { xx: 'x' } }) })] }),
    ],
    [
      '0.options.0.autocomplete[APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID]',
      command({ options: [option({ autocomplete: true, choices: choices(1) })] }),
    ],
    [
      '0.options.0[APPLICATION_COMMAND_OPTIONS_MIN_MAX_INVALID]',
      command({ options: [option({ type: 4, min_value: 2, max_value: 1 })] }),
    ],
    ['0.options.0.options.0', command({ options: [group('a', group('b', sub('c')))] })],
    ['0.options.0.options.0', command({ options: [sub('a', [sub('b')])] })],
    [
      '0.options.1[APPLICATION_COMMAND_OPTIONS_TYPE_INVALID]',
      command({ options: [sub('a'), option({ name: 'b' })] }),
    ],
    ['0.contexts', command({ contexts: [3] })],
    [
      '0[APPLICATION_COMMAND_TOO_LARGE]',
      command({
        options: many(4, (s) =>
          sub(
            `s${s}`,
            many(20, (i) =>
              option({ name: `o${i}`, description: 'd', description_localizations: { de: 'd'.repeat(100) } }),
            ),
          ),
        ),
      }),
    ],
  ]
  for (const [named, one] of bad) {
    expect(await call('PUT', path, [one]), named).toMatchObject({ status: 400 })
    expect((await simulator.violations()).at(-1)?.reason).toContain(named)
  }
  expect(await simulator.commands()).toEqual([])
})
