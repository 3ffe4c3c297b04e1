/** What end-to-end tests of the bot stand on: the simulated stream and Discord, and a home for a program that knows both. */
import { Home, type Program, until } from './program.ts'
import { type DiscordOptions, type DiscordSimulator, startDiscord } from './simulators/discord/client.ts'
import { type EventStreamsSimulator, startEventStreams } from './simulators/eventstreams/client.ts'

export interface Stage {
  readonly stream: EventStreamsSimulator
  readonly discord: DiscordSimulator
  readonly home: Home
}

/** @param options what differs of Discord; programs may start as often as they like in any case */
export async function setStage(options: DiscordOptions = {}): Promise<Stage> {
  const [stream, discord] = await Promise.all([
    startEventStreams(),
    startDiscord({ identify: { limit: 1000, windowMs: 1000 }, ...options }),
  ])
  const home = new Home({
    EVENTSTREAM_URL: stream.streamUrl(),
    DISCORD_API_URL: discord.api,
    DISCORD_BOT_TOKEN: discord.token,
  })
  return { stream, discord, home }
}

export async function strikeStage({ stream, discord, home }: Stage): Promise<void> {
  await home.remove()
  await Promise.all([stream.close(), discord.close()])
}

/** The program for the first time: once it has registered its commands, and stored these events. */
export async function startWith(
  { stream, home }: Pick<Stage, 'stream' | 'home'>,
  events: readonly (object | string)[],
): Promise<Program> {
  const program = home.start()
  await Promise.all([program.logged('its slash commands are registered'), stream.waitForConnection(1)])
  await stream.publish(events)
  await until('they are stored', () => home.stored() === events.length)
  return program
}
