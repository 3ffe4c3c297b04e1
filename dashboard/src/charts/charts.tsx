import { useMemo } from 'preact/hooks'
import { dayAndMonth, dayName, hourName } from '../../../src/text/format.ts'
import type { Series, Stats } from '../asking/ask.ts'
import { usePolled } from '../asking/polled.ts'
import { language } from '../preferences.ts'
import { text } from '../say.ts'
import { view } from '../view.ts'
import { type Bar, Chart } from './chart.tsx'

const DAY_MS = 86_400_000

const isIncomplete = (known: Series['points'][number]['known']): boolean =>
  known === 'part' || known === 'none'

/** The last hour, minute by minute. */
export function Minutes() {
  const { answer } = usePolled('series', { scope: view.value.scope, bucket: 'minute' }, 3000)
  const bars = useMemo(
    () =>
      (answer?.points ?? []).map(({ at, humans, bots, known }, place, all): Bar => {
        const time = new Date(at).toISOString().slice(11, 16)
        // The last minute is always in the middle of coming.
        const isOver = place < all.length - 1
        return { name: time, tick: time, people: humans, bots, isIncomplete: isOver && isIncomplete(known) }
      }),
    [answer],
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
