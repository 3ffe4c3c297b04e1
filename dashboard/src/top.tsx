import { RANKED, type Ranked } from '../../src/faces/web/api/choices.ts'
import { number, utc } from '../../src/text/format.ts'
import type { Top as TopAnswer } from './asking/ask.ts'
import { usePolled } from './asking/polled.ts'
import { Away } from './inline.tsx'
import { language } from './preferences.ts'
import { text } from './say.ts'
import { HOURS, look, view } from './view.ts'

/** So often, in ms, it is asked again: many rows are looked at for it. */
const EVERY_MS = 120_000

/** The pages, users or wikis with most changes. */
export function Top({ isSingleWiki }: { readonly isSingleWiki: boolean }) {
  const { scope, by, hours } = view.value
  const { answer } = usePolled('top', { scope, by, hours }, EVERY_MS)
  const speaks = language.value
  return (
    <section class="panel top" aria-labelledby="top-title">
      <div class="panel-head">
        <h2 id="top-title">{text('web.top')}</h2>
        <label class="field inline">
          <span class="unseen">{text('web.inLast')}</span>
          <select
            value={hours}
            onChange={({ currentTarget }) =>
              look({ hours: HOURS.find((each) => String(each) === currentTarget.value) ?? 24 })
            }
          >
            {HOURS.map((each) => (
              <option key={each} value={each}>
                {each < 48 ? text('unit.hours', { count: each }) : text('unit.days', { count: each / 24 })}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="switch" role="radiogroup" aria-labelledby="top-title">
        {RANKED.map((each) => (
          <label key={each}>
            <input type="radio" name="by" checked={each === by} onChange={() => look({ by: each })} />
            <span>{text(`web.by.${each}`)}</span>
          </label>
        ))}
      </div>
      {answer === null ? (
        <p class="none">{text('web.loading')}</p>
      ) : answer.entries.length === 0 ? (
        <p class="none">{text('top.none')}</p>
      ) : (
        <ol class="ranks">
          {answer.entries.map((entry) => (
            <Rank
              key={`${entry.wiki} ${entry.name}`}
              entry={entry}
              most={answer.entries[0]?.changes ?? 1}
              showWiki={!isSingleWiki && by !== 'wiki'}
              by={by}
            />
          ))}
        </ol>
      )}
      {answer !== null && !answer.isWhole && (
        <p class="note">{text('top.countedFrom', { time: utc(answer.countedFrom, speaks) })}</p>
      )}
    </section>
  )
}

interface RankProps {
  readonly entry: TopAnswer['entries'][number]
  readonly most: number
  readonly by: Ranked
  readonly showWiki: boolean
}

function Rank({ entry, most, by, showWiki }: RankProps) {
  const { name, wiki, domain, url, changes, bots, isAtLeast } = entry
  const speaks = language.value
  const count = number(changes, speaks)
  return (
    <li>
      <span class="name">
        {by === 'wiki' ? (
          <button type="button" class="link" onClick={() => look({ scope: wiki })} title={domain}>
            {domain}
          </button>
        ) : (
          <bdi>{url === null ? name : <Away href={url}>{name}</Away>}</bdi>
        )}
        {showWiki && <code class="wiki">{wiki}</code>}
      </span>
      <span class="count">{isAtLeast ? `≥ ${count}` : count}</span>
      <meter
        class="bar"
        min={0}
        max={most}
        value={changes}
        aria-label={`${count}, ${text('top.bots', { percent: `${Math.round((100 * bots) / changes)} %` })}`}
      />
    </li>
  )
}
