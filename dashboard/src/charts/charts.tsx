import { useMemo, useRef } from 'preact/hooks'
import { dayAndMonth, dayName, hourName } from '../../../src/text/format.ts'
import type { Series, Stats } from '../asking/ask.ts'
import { usePolled } from '../asking/polled.ts'
import { language } from '../preferences.ts'
import { text } from '../say.ts'
import { view } from '../view.ts'
import { type Bar, Chart } from './chart.tsx'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const isIncomplete = (known: Series['points'][number]['known']): boolean =>
  known === 'part' || known === 'none'

/**
 * The last hour's minutes. What is over hardly changes any more, so only the last two are asked for all the time: the
 * others have to be counted change by change.
 */
function useMinutes(scope: string): Series['points'] {
  const lastMinutes = new Date(Math.floor(Date.now() / MINUTE_MS - 1) * MINUTE_MS).toISOString()
  const whole = usePolled('series', { scope, bucket: 'minute' }, 300_000).answer
  const last = usePolled('series', { scope, bucket: 'minute', from: lastMinutes }, 3000).answer
  const known = useRef({ scope, points: new Map<number, Series['points'][number]>() })
  return useMemo(() => {
    if (known.current.scope !== scope) known.current = { scope, points: new Map() }
    const { points } = known.current
    for (const point of [...(whole?.points ?? []), ...(last?.points ?? [])]) points.set(point.at, point)
    const newest = Math.max(...points.keys())
    for (const at of points.keys()) if (at <= newest - 60 * MINUTE_MS) points.delete(at)
    return [...points.values()].sort((a, b) => a.at - b.at)
  }, [scope, whole, last])
}

/** The last hour, minute by minute. */
export function Minutes() {
  const points = useMinutes(view.value.scope)
  const bars = useMemo(
    () =>
      points.map(({ at, humans, bots, known }, place, all): Bar => {
        const time = new Date(at).toISOString().slice(11, 16)
        // The last minute is always in the middle of coming.
        const isOver = place < all.length - 1
        return { name: time, tick: time, people: humans, bots, isIncomplete: isOver && isIncomplete(known) }
      }),
    [points],
  )
  return <Chart id="minutes" title={text('web.minutes')} bars={bars} every={15} />
}

/** Today's hours beside what is usual. */
export function Hours({ stats }: { readonly stats: Stats | null }) {
  const { scope } = view.value
  const from = new Date().toISOString().slice(0, 10)
  const to = new Date(Date.parse(from) + DAY_MS).toISOString().slice(0, 10)
  const { answer } = usePolled('series', { scope, bucket: 'hour', from, to }, 10_000)
  const usual = stats?.usual ?? null
  const bars = useMemo(
    () =>
      (answer?.points ?? []).map(
        ({ humans, bots, known }, hour): Bar => ({
          name: `${hourName(hour)}–${hourName(hour + 1)}`,
          tick: hourName(hour),
          people: humans,
          bots,
          usual: usual?.hours[hour] ?? null,
          isIncomplete: isIncomplete(known) && new Date().getUTCHours() !== hour,
        }),
      ),
    [answer, usual],
  )
  return (
    <Chart
      id="hours"
      title={text('web.hours')}
      bars={bars}
      usual={usual === null ? null : text('chart.usual', { days: usual.days })}
      every={4}
      current={new Date().getUTCHours()}
    />
  )
}

/** The last thirty days. */
export function Days() {
  const { answer } = usePolled('series', { scope: view.value.scope, bucket: 'day' }, 60_000)
  const speaks = language.value
  const bars = useMemo(
    () =>
      (answer?.points ?? []).map(
        ({ at, humans, bots, known }, place, all): Bar => ({
          name: dayName(at, speaks),
          tick: dayAndMonth(at, speaks),
          people: humans,
          bots,
          isIncomplete: place < all.length - 1 && isIncomplete(known),
        }),
      ),
    [answer, speaks],
  )
  return <Chart id="days" title={text('web.days')} bars={bars} every={7} />
}
