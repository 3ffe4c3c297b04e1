import { bytes, duration, number, utc } from '../../src/text/format.ts'
import type { Status as StatusAnswer } from './asking/ask.ts'
import { usePolled } from './asking/polled.ts'
import { language } from './preferences.ts'
import { text } from './say.ts'

/** Gaps that are shown, the newest of them. */
const MOST_GAPS = 20

/** Where it stands: whether anything is missing, and how old the newest is. */
export function Status() {
  const { answer } = usePolled('status', {}, 5000)
  const speaks = language.value
  return (
    <section class="panel status" aria-labelledby="status-title" aria-busy={answer === null}>
      <h2 id="status-title">{text('status.title')}</h2>
      {answer === null ? (
        <p class="none">{text('web.loading')}</p>
      ) : (
        <>
          <dl>
            {answer.sources.map(({ name, connected, lagSeconds }) => (
              <div key={name}>
                <dt>
                  <bdi>{name}</bdi>
                </dt>
                <dd>
                  {connected !== null && (
                    <>
                      <span class={connected ? 'dot good' : 'dot bad'} />
                      {text(connected ? 'web.connected' : 'web.disconnected')}
                    </>
                  )}
                  {lagSeconds !== null && (
                    <small>
                      {text('status.lag')}: {duration(lagSeconds, speaks)}
                    </small>
                  )}
                </dd>
              </div>
            ))}
            <Stored store={answer.store} />
            <div>
              <dt>{text('status.gaps')}</dt>
              <dd>
                <span
                  class={answer.gaps.some(({ state }) => state !== 'refilled') ? 'dot bad' : 'dot good'}
                />
                {answer.gaps.length === 0 ? text('status.none') : number(answer.gaps.length, speaks)}
              </dd>
            </div>
            <div>
              <dt>{text('status.unreadable')}</dt>
              <dd>{number(answer.store.deadLetters, speaks)}</dd>
            </div>
            <div>
              <dt>Discord</dt>
              <dd>{text(`web.bot.${answer.bot.state}`)}</dd>
            </div>
            <div>
              <dt>{text('web.version')}</dt>
              <dd>{answer.version}</dd>
            </div>
          </dl>
          <Gaps gaps={answer.gaps} />
        </>
      )}
    </section>
  )
}

function Stored({ store }: { readonly store: StatusAnswer['store'] }) {
  const speaks = language.value
  return (
    <>
      <div>
        <dt>{text('status.stored')}</dt>
        <dd>
          {text('unit.changes', { count: store.changes })}
          <small>
            {bytes(store.bytes, speaks)} ({store.kind})
          </small>
        </dd>
      </div>
      {store.from !== null && store.to !== null && (
        <div>
          <dt>{text('status.covers')}</dt>
          <dd>{text('time.fromTo', { from: utc(store.from, speaks), to: utc(store.to, speaks) })}</dd>
        </div>
      )}
    </>
  )
}

function Gaps({ gaps }: { readonly gaps: StatusAnswer['gaps'] }) {
  const speaks = language.value
  if (gaps.length === 0) return null
  return (
    <ul class="gaps">
      {gaps
        .slice(-MOST_GAPS)
        .toReversed()
        .map(({ source, from, to, state, reason }) => (
          <li key={`${source} ${from}`} class={state}>
            <b>{text(`status.${state}`)}</b>{' '}
            {text('time.fromTo', { from: utc(from, speaks), to: utc(to, speaks) })}{' '}
            <small lang="en">{reason}</small>
          </li>
        ))}
    </ul>
  )
}
