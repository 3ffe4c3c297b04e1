/** What is fuzzed: the real program, its store filled and more coming. */
import { recordedEvents } from '../changes.ts'
import { Home, type Program, until } from '../program.ts'
import { startEventStreams } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'

const DAY_MS = 86_400_000
/** A retention of 30 days keeps all of it. */
const DAYS = 10
const GENERATED = 3000
/** So many changes come, whenever those before are stored. */
const AT_ONCE = 5

export interface Stand {
  /** Without a slash at its end. */
  readonly url: string
  readonly program: Program
  /** How many changes are stored. */
  stored(): number
  close(): Promise<void>
}

/** @param token asked of everybody by the program */
export async function setStand(token: string): Promise<Stand> {
  const stream = await startEventStreams()
  const from = Date.now() - DAYS * DAY_MS
  const home = new Home({
    EVENTSTREAM_URL: `${stream.streamUrl()}?since=${from}`,
    HTTP_TOKEN: token,
  })
  let isOver = false
  let coming: Promise<void> | undefined
  const close = async () => {
    isOver = true
    try {
      await coming
    } finally {
      await home.remove()
      await stream.close()
    }
  }
  try {
    const perSecond = GENERATED / (DAYS * 86_400)
    await stream.publish([
      ...generateEvents({ seed: 4, count: GENERATED, from, perSecond }),
      ...recordedEvents(),
    ])
    const program = home.start()
    const { msg } = await program.logged(/web: listening on http/)
    await until('the store is filled', () => home.stored() > GENERATED + 2000, 60_000)
    const live = async () => {
      for (let seed = 1000; !isOver; seed++) {
        const due = home.stored() + AT_ONCE
        await stream.publish(generateEvents({ seed, count: AT_ONCE, from: Date.now() }))
        await until('what came is stored', () => isOver || home.stored() >= due)
      }
    }
    coming = live()
    // It is told when it is closed.
    coming.catch(() => {})
    return { url: /http:\S+(?=\/)/.exec(msg)?.[0] as string, program, stored: () => home.stored(), close }
  } catch (error) {
    await close()
    throw error
  }
}
