/** How somebody likes to have the page: kept in their browser, since it belongs to nobody else's view. */
import { effect, signal } from '@preact/signals'
import { isRightToLeft, LANGUAGES, type Language, languageOf } from '../../src/language/language.ts'
import { fetchCatalogue } from './catalogues.ts'

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** A browser may keep nothing. */
function kept(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {}
}

export const theme = signal<Theme>(THEMES.find((each) => each === kept('theme')) ?? 'auto')

/** The language in which the page speaks: one whose messages are there. */
export const language = signal<Language>('en')

/** Speaks another language from now on; where its messages cannot be had, it goes on as before. */
export async function speak(chosen: Language): Promise<void> {
  await fetchCatalogue(chosen)
  language.value = chosen
  keep('language', chosen)
}

/** As it was chosen, or as the browser has it. */
export async function recall(): Promise<void> {
  const preferred = navigator.languages.map(languageOf)[0]
  const chosen = LANGUAGES.find((each) => each === kept('language')) ?? preferred ?? 'en'
  await fetchCatalogue(chosen).then(
    () => {
      language.value = chosen
    },
    () => {},
  )
}

effect(() => {
  document.documentElement.dataset.theme = theme.value
  keep('theme', theme.value)
})

effect(() => {
  document.documentElement.lang = language.value
  document.documentElement.dir = isRightToLeft(language.value) ? 'rtl' : 'ltr'
})
