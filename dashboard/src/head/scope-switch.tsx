import { cdxIconExpand, cdxIconSearch } from '@wikimedia/codex-icons'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask, type Scopes } from '../asking/ask.ts'
import { Icon } from '../icon.tsx'
import { language } from '../preferences.ts'
import { text } from '../say.ts'
import { look, view } from '../view.ts'

type Scope = Scopes['scopes'][number]

/** What was found, and by which text. */
interface Found {
  readonly of: string | null
  readonly found: readonly Scope[]
}

const NOTHING: Found = { of: null, found: [] }

/** How long, in ms, is waited for more to be typed. */
const TYPING_MS = 120

/**
 * Which wikis are looked at: a field to search in, by code, host name, and by names in English and in the wiki's own
 * language (WAI-ARIA's combobox with a list box).
 */
export function ScopeSwitch({ current }: { readonly current: Scope | null }) {
  const { scope } = view.value
  const [typed, setTyped] = useState<string | null>(null)
  const [{ of, found }, setFound] = useState<Found>(NOTHING)
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const isOpen = typed !== null && found.length > 0
  /** Whoever is faster than the answer gets what is found by all that was typed. */
  const isChosen = useRef(false)
  const speaks = language.value

  useEffect(() => {
    if (typed === null) return
    const stop = new AbortController()
    const timer = setTimeout(
      async () => {
        try {
          const { scopes } = await ask('scopes', { q: typed.slice(0, 100), language: speaks }, stop.signal)
          setFound({ of: typed, found: scopes })
          setActive(0)
          if (isChosen.current) choose(scopes[0])
        } catch {
          // What was found before stays.
        }
      },
      typed === '' ? 0 : TYPING_MS,
    )
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [typed, speaks])

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const close = () => {
    setTyped(null)
    setFound(NOTHING)
    isChosen.current = false
  }
  const choose = (chosen: Scope | undefined) => {
    if (chosen === undefined) return
    close()
    input.current?.blur()
    look({ scope: chosen.code })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (typed === null) setTyped('')
      const step = event.key === 'ArrowDown' ? 1 : found.length - 1
      if (found.length > 0) setActive((active + step) % found.length)
    } else if (event.key === 'Enter') {
      isChosen.current = of !== typed
      if (of === typed) choose(found[active])
    } else if (event.key === 'Escape') close()
    else return
    event.stopPropagation()
  }

  return (
    <div class="scope-switch">
      <Icon icon={cdxIconSearch} />
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={text('web.scope')}
        aria-expanded={isOpen}
        aria-controls="scopes"
        aria-autocomplete="list"
        aria-activedescendant={isOpen ? `scope-${active}` : undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        dir="auto"
        placeholder={text('web.scopeHint')}
        value={typed ?? current?.name ?? scope}
        onFocus={() => setTyped('')}
        onBlur={close}
        onInput={({ currentTarget }) => {
          isChosen.current = false
          setTyped(currentTarget.value)
        }}
        onKeyDown={onKey}
      />
      <Icon icon={cdxIconExpand} />
      <div id="scopes" role="listbox" aria-label={text('web.scope')} ref={list} hidden={!isOpen}>
        {found.map((each, at) => (
          <div
            key={each.code}
            id={`scope-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            onPointerDown={(event) => {
              // The field would lose the focus first, and the list go away from under the finger.
              event.preventDefault()
              choose(each)
            }}
            onPointerMove={() => setActive(at)}
          >
            <bdi>{each.name}</bdi> <code>{each.code}</code>
          </div>
        ))}
      </div>
    </div>
  )
}

/** The scope that is looked at, by its name; `null` while it is not known. */
export function useScope(): Scope | null {
  const { scope } = view.value
  const speaks = language.value
  const [known, setKnown] = useState<Scope | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    ask('scopes', { q: scope.slice(0, 100), language: speaks }, stop.signal).then(
      ({ scopes }) => setKnown(scopes.find(({ code }) => code === scope) ?? null),
      () => {},
    )
    return () => stop.abort()
  }, [scope, speaks])
  return known?.code === scope ? known : null
}
