import { dayAndMonth, utc } from '../../src/text/format.ts'
import { language } from './preferences.ts'

const DAY_MS = 86_400_000

/** A time of day, UTC, as on all wikis; with its day where that is not today. */
export function Moment({ at }: { readonly at: number }) {
  const time = new Date(at)
  const isToday = Math.floor(at / DAY_MS) === Math.floor(Date.now() / DAY_MS)
  return (
    <time dateTime={time.toISOString()} title={utc(at, language.value)}>
      {!isToday && <span class="day">{dayAndMonth(at, language.value)} </span>}
      {time.toISOString().slice(11, 19)}
    </time>
  )
}
