import type { ComponentChildren } from 'preact'
import { bytes, number, percent } from '../../src/text/format.ts'
import type { Stats } from './asking/ask.ts'
import { language } from './preferences.ts'
import { text } from './say.ts'

/** Today in numbers. */
export function Figures({ stats }: { readonly stats: Stats | null }) {
  const speaks = language.value
  const { total = 0, bots = 0, humans = 0, bytesAdded = 0, bytesRemoved = 0 } = stats ?? {}
  const usual = usualByNow(stats)
  const share = (part: number) => (total === 0 ? null : `${Math.round((100 * part) / total)} %`)
  return (
    <section aria-labelledby="figures-title" class="figures" aria-busy={stats === null}>
      <h2 id="figures-title">{text('web.today')}</h2>
      <dl>
        <Figure
          name={text('web.changes')}
          aside={usual === null ? null : text('web.toUsual', { difference: percent(usual, speaks) })}
        >
          {number(total, speaks)}
        </Figure>
        <Figure name={text('stats.people')} aside={share(humans)}>
          {number(humans, speaks)}
        </Figure>
        <Figure name={text('stats.bots')} aside={share(bots)}>
          {number(bots, speaks)}
        </Figure>
        <Figure name={text('type.new')}>{number(stats?.types.new ?? 0, speaks)}</Figure>
        <Figure name={text('stats.added')} tone="growth">
          {bytes(bytesAdded, speaks)}
        </Figure>
        <Figure name={text('stats.removed')} tone="loss">
          {bytes(bytesRemoved, speaks)}
        </Figure>
      </dl>
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly tone?: 'growth' | 'loss'
  readonly aside?: string | null
  readonly children: ComponentChildren
}

function Figure({ name, tone, aside = null, children }: FigureProps) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <span class={tone}>{children}</span>
        {aside !== null && <small>{aside}</small>}
      </dd>
    </div>
  )
}

/** By which part today differs from what is usual in the hours that are over; `null` where that cannot be said. */
function usualByNow(stats: Stats | null): number | null {
  if (stats?.usual == null) return null
  const hours = stats.hours.flatMap((count, hour) => {
    const mean = stats.usual?.hours[hour]
    const isOver = !stats.isToday || hour < new Date().getUTCHours()
    return isOver && mean != null && stats.known[hour] === 'whole' ? [{ count, mean }] : []
  })
  const mean = hours.reduce((sum, hour) => sum + hour.mean, 0)
  return mean === 0 ? null : hours.reduce((sum, hour) => sum + hour.count, 0) / mean - 1
}
