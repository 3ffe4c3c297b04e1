/** What the simulator refuses of a bot that responds to interactions wrongly. */
import { describe, expect, test } from 'vitest'
import type { DiscordSimulator } from './client.ts'
import { checkAnswer } from './schema.ts'
import { alice, withCommands } from './testing.ts'

describe('a response is refused', () => {
  const give = ({ interact }: DiscordSimulator) =>
    interact({ kind: 'slash', userId: alice, name: 'recent', options: { wiki: 'x' } })
  const message = { type: 4, data: { content: 'x' } }

  test('when it is late, a second one, or for a token that is not', async () => {
    const { simulator, call } = await withCommands()
    const { id, token } = await give(simulator)
    const original = `/webhooks/${simulator.applicationId}/${token}/messages/@original`
    const followup = `/webhooks/${simulator.applicationId}/${token}`
    const respond = () =>
      call('POST', `/interactions/${id}/${token}/callback`, message, { authorization: '' })
    expect(await call('POST', `/interactions/${id}/x/callback`, message)).toMatchObject({ status: 404 })
    expect(await call('GET', original)).toMatchObject({ status: 404, body: { code: 10015 } })
    expect(await respond()).toMatchObject({ status: 204 })
    expect(await respond()).toMatchObject({ status: 400, body: { code: 40060 } })
    expect(await call('PATCH', original, { content: 'y' })).toMatchObject({ body: { content: 'y' } })
    expect(await call('POST', followup, { content: '' })).toMatchObject({ body: { code: 50006 } })
    expect(await call('DELETE', original)).toMatchObject({ status: 204 })
    expect(await call('GET', original)).toMatchObject({ status: 404, body: { code: 10008 } })
    await simulator.configure({ interactionTokenMs: -1, interactionMs: -1 })
    expect(await call('POST', followup, { content: 'x' })).toMatchObject({ body: { code: 50027 } })
    const late = await give(simulator)
    const answer = await call('POST', `/interactions/${late.id}/${late.token}/callback`, message)
    expect(answer).toMatchObject({ status: 404, body: { code: 10062 } })
    expect((await simulator.violations()).at(-1)?.reason).toBe('10062 Unknown interaction')
  })

  test('when it does not fit the interaction, or is beyond a limit', async () => {
    const { simulator, call } = await withCommands()
    const options = { wiki: 'x' }
    const typing = { kind: 'autocomplete', userId: alice, name: 'recent', options, focused: 'wiki' } as const
    const choices = (count: number, more: object = {}) => ({
      type: 8,
      data: { choices: Array.from({ length: count }, () => ({ name: 'n', value: 'v', ...more })) },
    })
    const [command, suggestion] = [await give(simulator), await simulator.interact(typing)]
    const bad: [to: typeof command, body: object, named: string][] = [
      [command, choices(1), 'type[BASE_TYPE_CHOICES]'],
      [command, { type: 6 }, 'type[BASE_TYPE_CHOICES]'],
      [command, { type: 4, data: { content: 'x'.repeat(2001) } }, 'data.content[BASE_TYPE_MAX_LENGTH]'],
      [command, { type: 4, data: { content: '' } }, '50006'],
      [command, { type: 99 }, '[UNION_TYPE_CHOICES]'],
      [suggestion, message, 'type[BASE_TYPE_CHOICES]'],
      [suggestion, choices(1, { value: 1 }), 'data.choices.0.value[STRING_TYPE_CONVERT]'],
      [suggestion, choices(26), 'data.choices[BASE_TYPE_MAX_LENGTH]'],
      [suggestion, choices(1, { name: 'n'.repeat(101) }), 'data.choices.0.name['],
      [suggestion, choices(1, { value: 'v'.repeat(101) }), 'data.choices.0.value['],
    ]
    for (const [{ id, token }, body, named] of bad) {
      const answer = await call('POST', `/interactions/${id}/${token}/callback`, body)
      expect(answer.status, named).toBe(400)
      expect((await simulator.violations()).at(-1)?.reason).toContain(named)
    }
    const path = `/interactions/${command.id}/${command.token}/callback?with_response=true`
    const { status, body } = await call('POST', path, message)
    const template = '/interactions/{interaction_id}/{interaction_token}/callback'
    expect([status, checkAnswer(template, 'POST', 200, body)]).toEqual([200, []])
  })

  test('with files it is taken, and the global limit does not count', async () => {
    const { simulator, call } = await withCommands()
    await simulator.configure({ globalLimit: { limit: 0, windowMs: 1000 } })
    const { id, token } = await give(simulator)
    const form = new FormData()
    form.set(
      'payload_json',
      JSON.stringify({ type: 4, data: { attachments: [{ id: '0', filename: 'a.csv' }] } }),
    )
    form.set('files[0]', new Blob(['a,b'], { type: 'text/csv' }), 'a.csv')
    expect(await call('POST', `/interactions/${id}/${token}/callback`, form)).toMatchObject({ status: 204 })
    const [record] = await simulator.interactions()
    expect(record?.response?.message?.attachments).toMatchObject([{ filename: 'a.csv', size: 3 }])
  })
})
