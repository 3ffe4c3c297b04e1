import { cdxIconClear, cdxIconFunnel } from '@wikimedia/codex-icons'
import { useEffect, useRef, useState } from 'preact/hooks'
import { CHANGE_TYPES, type ChangeType } from '../../../src/change.ts'
import type { BareKey } from '../../../src/language/messages.ts'
import { NAMED_NAMESPACES, namespaceName } from '../../../src/text/namespaces.ts'
import type { Problem } from '../asking/ask.ts'
import { Icon } from '../icon.tsx'
import { language } from '../preferences.ts'
import { text } from '../say.ts'
import { filtersOf, look, START, type View, view } from '../view.ts'

/** How long, in ms, is waited for more to be typed. */
const TYPING_MS = 400

/** Which changes are shown. What is wrong with a text stands under it. */
export function Filters({ problem }: { readonly problem: Problem | null }) {
  const now = view.value
  const { type, bot, minor } = now
  const count = Object.keys(filtersOf(now)).length
  const toggle = (one: ChangeType) =>
    look({ type: type.includes(one) ? type.filter((each) => each !== one) : [...type, one] })
  return (
    <details class="filters" open={matchMedia('(min-width: 60rem)').matches}>
      <summary>
        <Icon icon={cdxIconFunnel} /> {text('web.filters')}
        {count > 0 && <span class="badge">{count}</span>}
      </summary>
      <form onSubmit={(event) => event.preventDefault()}>
        <fieldset class="chips">
          <legend>{text('web.types')}</legend>
          {CHANGE_TYPES.map((each) => (
            <label key={each} class="chip">
              <input type="checkbox" checked={type.includes(each)} onChange={() => toggle(each)} />
              {text(`type.${each}`)}
            </label>
          ))}
        </fieldset>
        <Choice
          name="bot"
          value={bot}
          words={['web.botsToo', 'web.botsNot', 'web.botsOnly']}
          label="web.bots"
        />
        <Choice
          name="minor"
          value={minor}
          words={['web.minorToo', 'web.minorNot', 'web.minorOnly']}
          label="web.minor"
        />
        <Typed name="title" label="web.titleFilter" hint="Talk:*" problem={problem} />
        <Typed name="user" label="web.userFilter" problem={problem} />
        <Typed name="namespace" label="web.namespace" list="namespaces" problem={problem} />
        <Typed name="minBytes" label="web.minBytes" numeric problem={problem} />
        <datalist id="namespaces">
          {NAMED_NAMESPACES.filter((number) => number >= 0).map((number) => (
            <option key={number} value={number === 0 ? '0' : namespaceName(number, language.value)}>
              {namespaceName(number, language.value)}
            </option>
          ))}
        </datalist>
        <button type="button" class="quiet" disabled={count === 0} onClick={clear}>
          <Icon icon={cdxIconClear} /> {text('web.clear')}
        </button>
      </form>
    </details>
  )
}

function clear(): void {
  const { type, namespace, user, title, bot, minor, minBytes } = START
  look({ type, namespace, user, title, bot, minor, minBytes })
}

interface ChoiceProps {
  readonly name: 'bot' | 'minor'
  readonly value: View['bot']
  readonly label: BareKey
  /** For both, for those without, for those alone. */
  readonly words: readonly [BareKey, BareKey, BareKey]
}

function Choice({ name, value, label, words }: ChoiceProps) {
  const values: readonly View['bot'][] = ['', 'no', 'yes']
  return (
    <label class="field">
      <span>{text(label)}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => look({ [name]: currentTarget.value as View['bot'] })}
      >
        {values.map((each, at) => (
          <option key={each} value={each}>
            {text(words[at] as BareKey)}
          </option>
        ))}
      </select>
    </label>
  )
}

interface TypedProps {
  readonly name: 'title' | 'user' | 'namespace' | 'minBytes'
  readonly label: BareKey
  readonly hint?: string
  readonly list?: string
  readonly numeric?: boolean
  readonly problem: Problem | null
}

function Typed({ name, label, hint, list, numeric = false, problem }: TypedProps) {
  const said = view.value[name]
  const [typed, setTyped] = useState(said)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // What is looked at may change otherwise: by going back, or when the filters are cleared.
  useEffect(() => setTyped(said), [said])
  useEffect(() => () => clearTimeout(timer.current), [])
  const wrong = problem?.parameter === name ? problem.detail : null
  const later = (value: string) => {
    setTyped(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => look({ [name]: value }), TYPING_MS)
  }
  return (
    <div class="field">
      <label for={`filter-${name}`}>{text(label)}</label>
      <input
        id={`filter-${name}`}
        type="text"
        name={name}
        dir="auto"
        value={typed}
        placeholder={hint}
        list={list}
        inputMode={numeric ? 'numeric' : undefined}
        autocomplete="off"
        spellcheck={false}
        maxLength={510}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `${name}-wrong`}
        onInput={({ currentTarget }) => later(currentTarget.value)}
      />
      {wrong !== null && (
        <span class="wrong" id={`${name}-wrong`} lang="en">
          {wrong}
        </span>
      )}
    </div>
  )
}
