import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { number } from '../../../src/text/format.ts'
import { language, theme } from '../preferences.ts'
import { text } from '../say.ts'

/** A piece of time. */
export interface Bar {
  /** As it is called in full, and under the axis. */
  readonly name: string
  readonly tick: string
  readonly people: number
  readonly bots: number
  /** What is usual there; `null` where nobody knows. */
  readonly usual?: number | null
  /** Not, or not all of it, is stored: what is counted is too little. */
  readonly isIncomplete: boolean
}

interface ChartProps {
  readonly id: string
  readonly title: string
  readonly bars: readonly Bar[]
  /** Where there is a line for what is usual: what it is. */
  readonly usual?: string | null
  /** There is a tick under each so many bars. */
  readonly every: number
  /** What is told of while nobody points at another; without it, the last one. */
  readonly current?: number
}

const HEIGHT = 150

/** Bars of people's and bots' changes, one on the other; the same as a table for whoever cannot see or point. */
export function Chart({ id, title, bars, usual = null, every, current }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const shown = useRef(bars)
  shown.current = bars
  const [pointed, setPointed] = useState<number | null>(null)
  const colours = theme.value
  const speaks = language.value
  const hasUsual = usual !== null

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const draw = () => {
      plot.current?.destroy()
      const options = optionsOf(element, shown, { hasUsual, every, onPoint: setPointed })
      plot.current = new uPlot(options, dataOf(shown.current), element)
    }
    draw()
    const size = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    )
    size.observe(element)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', draw)
    return () => {
      size.disconnect()
      dark.removeEventListener('change', draw)
      plot.current?.destroy()
    }
  }, [colours, speaks, hasUsual, every])

  useEffect(() => plot.current?.setData(dataOf(bars)), [bars])

  const at = bars[pointed ?? current ?? bars.length - 1]
  return (
    <section class="panel chart" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div class="plot" dir="ltr" ref={place} role="img" aria-label={title} />
      {at !== undefined && (
        <p class="legend">
          <span class="when">{at.name}</span>
          <span class="key people">
            {text('chart.people')} <b>{number(at.people, speaks)}</b>
          </span>
          <span class="key bots">
            {text('chart.bots')} <b>{number(at.bots, speaks)}</b>
          </span>
          {hasUsual && (
            <span class="key usual">
              {usual} <b>{at.usual == null ? '–' : number(Math.round(at.usual), speaks)}</b>
            </span>
          )}
          {at.isIncomplete && <span class="key blank">{text('web.incomplete')}</span>}
        </p>
      )}
      <details class="as-table">
        <summary>{text('web.asTable')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{text('web.time')}</th>
              <th scope="col">{text('chart.people')}</th>
              <th scope="col">{text('chart.bots')}</th>
              {hasUsual && <th scope="col">{usual}</th>}
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.name}>
                <th scope="row">
                  {bar.name}
                  {bar.isIncomplete && ` (${text('web.incomplete')})`}
                </th>
                <td>{number(bar.people, speaks)}</td>
                <td>{number(bar.bots, speaks)}</td>
                {hasUsual && <td>{bar.usual == null ? '–' : number(Math.round(bar.usual), speaks)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}

/** The bots' bars stand in front of those of all: so one seems to stand on the other. */
const dataOf = (bars: readonly Bar[]): uPlot.AlignedData => [
  bars.map((_, at) => at),
  bars.map(({ people, bots }) => people + bots),
  bars.map(({ bots }) => bots),
  bars.map(({ usual }) => usual ?? null),
]

interface Drawing {
  readonly hasUsual: boolean
  readonly every: number
  onPoint(at: number | null): void
}

function optionsOf(
  element: HTMLElement,
  shown: { readonly current: readonly Bar[] },
  { hasUsual, every, onPoint }: Drawing,
): uPlot.Options {
  const colour = coloursOf(element)
  const bar = uPlot.paths.bars?.({ size: [0.78, 32], gap: 0 }) as uPlot.Series.PathBuilder
  const axis = {
    stroke: colour('subtle'),
    font: `12px ${getComputedStyle(element).fontFamily}`,
    ticks: { show: false },
  }
  const filled = (name: string): uPlot.Series => ({
    paths: bar,
    fill: colour(name),
    width: 0,
    points: { show: false },
  })
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [-0.6, shown.current.length - 0.4] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        splits: () => shown.current.flatMap((_, at) => (at % every === 0 ? at : [])),
        values: (_, splits) => splits.map((at) => shown.current[at]?.tick ?? ''),
      },
      {
        ...axis,
        grid: { stroke: colour('line'), width: 1 },
        size: 48,
        values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? short(value) : '')),
      },
    ],
    series: [
      {},
      filled('people'),
      filled('bots'),
      { show: hasUsual, stroke: colour('usual'), width: 2, points: { show: false } },
    ],
    hooks: {
      drawAxes: [(plot) => shadeIncomplete(plot, shown.current, colour('blank'))],
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)],
    },
  }
}

/** What is not stored is grey: an empty place would say that nothing happened. */
function shadeIncomplete(plot: uPlot, bars: readonly Bar[], colour: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = colour
  bars.forEach(({ isIncomplete }, at) => {
    if (!isIncomplete) return
    const left = plot.valToPos(at - 0.5, 'x', true)
    ctx.fillRect(left, bbox.top, plot.valToPos(at + 0.5, 'x', true) - left, bbox.height)
  })
  ctx.restore()
}

/** Colours of the page by their names in its style, as what they come to now. */
function coloursOf(element: HTMLElement): (name: string) => string {
  return (name) => {
    element.style.color = `var(--${name})`
    const { color } = getComputedStyle(element)
    element.style.color = ''
    return color
  }
}

/** `12K`: there is little room beside an axis. */
const short = (value: number): string =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value)
