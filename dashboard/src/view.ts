/** What is looked at. All of it is in the page's address, so that a view can be kept and passed on. */
import { signal } from '@preact/signals'
import { CHANGE_TYPES, type ChangeType } from '../../src/change.ts'
import { RANKED, type Ranked } from '../../src/faces/web/api/choices.ts'

/** As the API takes it. */
const CHOICES = ['true', 'false'] as const
type Choice = (typeof CHOICES)[number] | ''

export interface View {
  /** A scope's code: `*`, `en`, `enwiki`. */
  readonly scope: string
  /** Empty: all types. */
  readonly type: readonly ChangeType[]
  /** Texts as typed; empty: no filter. */
  readonly namespace: string
  readonly user: string
  readonly title: string
  readonly bot: Choice
  readonly minor: Choice
  readonly minBytes: string
  /** Of what the most changed ones are shown. */
  readonly by: Ranked
  /** In how many of the last hours. */
  readonly hours: Hours
}

/** From which the hours of the most changed ones are chosen. */
export const HOURS = [1, 24, 168] as const
type Hours = (typeof HOURS)[number]

export const START: View = {
  scope: '*',
  type: [],
  namespace: '',
  user: '',
  title: '',
  bot: '',
  minor: '',
  minBytes: '',
  by: 'page',
  hours: 24,
}

/** Longer texts were never typed. */
const LONGEST = 510

/** The view that an address means; what it does not say, or says wrongly, is as at the start. */
export function readView(search: string): View {
  const said = new URLSearchParams(search)
  const text = (name: keyof View) => (said.get(name) ?? '').slice(0, LONGEST)
  const among = <T extends string>(name: keyof View, values: readonly T[], otherwise: T): T =>
    values.find((value) => value === said.get(name)) ?? otherwise
  const types = text('type').split(',')
  return {
    scope: text('scope').trim() || START.scope,
    type: CHANGE_TYPES.filter((type) => types.includes(type)),
    namespace: text('namespace'),
    user: text('user'),
    title: text('title'),
    bot: among('bot', CHOICES, ''),
    minor: among('minor', CHOICES, ''),
    minBytes: text('minBytes'),
    by: among('by', RANKED, START.by),
    hours: HOURS.find((hours) => String(hours) === said.get('hours')) ?? START.hours,
  }
}

/** What stands behind the `?` of the address of a view: what is not as at the start. */
export function queryOf(view: View): string {
  const names = Object.keys(START) as (keyof View)[]
  const said = names.filter((name) => String(view[name]) !== String(START[name]))
  return new URLSearchParams(said.map((name) => [name, String(view[name])])).toString()
}

/** The filters by which changes are asked for, as the API names them. */
export function filtersOf(view: View): Readonly<Record<string, string>> {
  const { type, namespace, user, title, bot, minor, minBytes } = view
  const all = { type: type.join(','), namespace, user, title, bot, minor, minBytes }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value.trim() !== ''))
}

/** What this page looks at. */
export const view = signal(readView(globalThis.location?.search ?? ''))

/** Changes what is looked at. */
export function look(change: Partial<View>): void {
  const next = { ...view.value, ...change }
  const query = queryOf(next)
  // What is typed is one step back in the history, not one for each letter.
  const isStep = next.scope !== view.value.scope
  history[isStep ? 'pushState' : 'replaceState'](null, '', query === '' ? location.pathname : `?${query}`)
  view.value = next
}

globalThis.addEventListener?.('popstate', () => {
  view.value = readView(location.search)
})
