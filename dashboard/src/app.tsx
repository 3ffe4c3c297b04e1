import { usePolled } from './asking/polled.ts'
import { Days, Hours, Minutes } from './charts/charts.tsx'
import { Figures } from './figures.tsx'
import { Head } from './head/head.tsx'
import { useScope } from './head/scope-switch.tsx'
import { Live } from './live/live.tsx'
import { text } from './say.ts'
import { Status } from './status.tsx'
import { Top } from './top.tsx'
import { look, view } from './view.ts'

export function App() {
  const current = useScope()
  const { scope } = view.value
  const { answer: stats, problem } = usePolled('stats', { scope }, 10_000)
  const isSingleWiki = current?.kind === 'wiki'
  document.title = `${current?.name ?? scope} · wiki-change-stream`
  return (
    <>
      <a class="skip" href="#live-title">
        {text('web.skip')}
      </a>
      <Head scope={current} />
      <main>
        {problem?.parameter === 'scope' ? (
          <section class="panel" role="alert">
            <p>{text('web.noScope', { text: scope.slice(0, 100) })}</p>
            <p class="chips">
              {[...(problem.nearest ?? []), '*'].map((code) => (
                <button key={code} type="button" onClick={() => look({ scope: code })}>
                  {code}
                </button>
              ))}
            </p>
          </section>
        ) : (
          <>
            <Figures stats={stats} />
            <Live isSingleWiki={isSingleWiki} />
            <div class="side">
              <Minutes />
              <Hours stats={stats} />
              <Days />
              <Top isSingleWiki={isSingleWiki} />
              <Status />
            </div>
          </>
        )}
      </main>
      <footer>
        <p>{text('stats.utc')}</p>
        <nav aria-label={text('web.more')}>
          <a href="/openapi.json">API</a> <a href="/metrics">{text('web.metrics')}</a>
        </nav>
      </footer>
    </>
  )
}
