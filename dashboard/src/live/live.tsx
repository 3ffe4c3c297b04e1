import { cdxIconPause, cdxIconPlay } from '@wikimedia/codex-icons'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask, type Problem, Refused } from '../asking/ask.ts'
import { Icon } from '../icon.tsx'
import { language } from '../preferences.ts'
import { text } from '../say.ts'
import { filtersOf, view } from '../view.ts'
import { tellContact } from './contact.ts'
import { Filters } from './filters.tsx'
import { Following } from './following.ts'
import { Row } from './row.tsx'
import { arrived, EMPTY, extended, type Rows, released } from './rows.ts'

/** Older changes that are asked for at a time. */
const PAGE = 50
/** Changes that are kept in the list: on a small screen less, or it would never end. */
const most = () => (matchMedia('(max-width: 48rem)').matches ? 25 : 100)

/**
 * Changes as they happen. The list stands still while it is paused, and while somebody points at it or has the focus in
 * it: else nothing in it could be clicked.
 */
export function Live({ isSingleWiki }: { readonly isSingleWiki: boolean }) {
  const { scope } = view.value
  const parameters = { scope, ...filtersOf(view.value) }
  const key = JSON.stringify(parameters)
  const [rows, setRows] = useState<Rows>(EMPTY)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isPaused, setPaused] = useState(false)
  const [isTouched, setTouched] = useState(false)
  const [older, setOlder] = useState<string | null>(null)
  const [isAsking, setAsking] = useState(true)
  const isHeld = isPaused || isTouched
  const held = useRef(isHeld)
  held.current = isHeld

  useEffect(() => {
    const stop = new AbortController()
    setRows(EMPTY)
    setProblem(null)
    setOlder(null)
    setAsking(true)
    let isLoaded = false
    const refused = (said: Problem) => {
      setProblem(said)
      setAsking(false)
    }
    // What was stored before: asked for when what comes is coming already, so nothing is between them.
    const begin = async () => {
      isLoaded = true
      setRows(EMPTY)
      try {
        const { changes, next } = await ask('changes', { ...parameters, limit: most() }, stop.signal)
        setRows((now) => extended(now, changes))
        setOlder(next)
      } catch (error) {
        if (error instanceof Refused && error.isFinal) return refused(error.problem)
      }
      if (!stop.signal.aborted) setAsking(false)
    }
    const following = new Following({
      parameters,
      onBegin: begin,
      onRefused: refused,
      onContact: (now) => {
        tellContact(now)
        // Also without contact there may be something: what this browser has kept.
        if (now.state === 'waiting' && !isLoaded) void begin()
      },
      onChanges: (changes) => setRows((now) => arrived(now, changes, held.current, most())),
    })
    const hurry = () => document.visibilityState === 'visible' && following.hurry()
    addEventListener('online', hurry, { signal: stop.signal })
    document.addEventListener('visibilitychange', hurry, { signal: stop.signal })
    return () => {
      stop.abort()
      following.close()
    }
  }, [key])

  useEffect(() => {
    if (!isHeld) setRows((now) => (now.heldCount > 0 ? released(now, most()) : now))
  }, [isHeld])

  const more = async () => {
    if (older === null) return
    setPaused(true)
    setAsking(true)
    try {
      const { changes, next } = await ask('changes', { ...parameters, limit: PAGE, before: older })
      setRows((now) => extended(now, changes))
      setOlder(next)
    } catch {
      // The button stays: it can be pressed again.
    }
    setAsking(false)
  }

  return (
    <section class="panel live" aria-labelledby="live-title">
      <div class="panel-head">
        <h2 id="live-title">{text('web.live')}</h2>
        <span class="waiting" aria-live="off">
          {rows.heldCount > 0 && (
            <button type="button" class="quiet" onClick={() => setRows((now) => released(now, most()))}>
              {text('web.waiting', { count: rows.heldCount })}
            </button>
          )}
        </span>
        <button type="button" class="pause" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          <Icon icon={isPaused ? cdxIconPlay : cdxIconPause} /> {text(isPaused ? 'web.resume' : 'web.pause')}
        </button>
      </div>
      <Filters problem={problem} />
      {problem !== null && <Fault problem={problem} />}
      <ol
        class="changes"
        aria-labelledby="live-title"
        aria-busy={isAsking}
        onPointerEnter={({ pointerType }) => pointerType === 'mouse' && setTouched(true)}
        onPointerLeave={() => setTouched(false)}
        onFocusIn={({ target }) => setTouched((target as Element).matches(':focus-visible'))}
        onFocusOut={() => setTouched(false)}
      >
        {rows.shown.map((told) => (
          <Row key={told.id} told={told} language={language.value} showWiki={!isSingleWiki} />
        ))}
      </ol>
      {rows.shown.length === 0 && problem === null && (
        <p class="none">{text(isAsking ? 'web.loading' : 'web.noneYet')}</p>
      )}
      {older !== null && rows.shown.length > 0 && (
        <button type="button" class="older" disabled={isAsking} onClick={more}>
          {text('web.older')}
        </button>
      )}
    </section>
  )
}

function Fault({ problem }: { readonly problem: Problem }) {
  return (
    <p class="fault" role="alert">
      <span lang="en">{problem.detail}</span>
    </p>
  )
}
