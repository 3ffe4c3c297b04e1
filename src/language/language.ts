/** The languages in which the program answers people. */

export const LANGUAGES = ['en', 'es', 'fr', 'de', 'ru', 'uz', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]

/** For `Intl`: digits are European ones everywhere, as in what wikis send. */
export const LOCALES: Readonly<Record<Language, string>> = {
  en: 'en-US',
  es: 'es',
  fr: 'fr',
  de: 'de',
  ru: 'ru',
  uz: 'uz',
  ar: 'ar-u-nu-latn',
}

/**
 * How each language is called in itself. Written out: ICU begins some of them with a small letter, and lists them in
 * more than one script.
 */
export const OWN_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  es: 'Español',
  fr: 'Français',
  de: 'Deutsch',
  ru: 'Русский',
  uz: 'Oʻzbekcha',
  ar: 'العربية',
}

const isLanguage = (text: string): text is Language => (LANGUAGES as readonly string[]).includes(text)

/** Whether a language is written from right to left. */
export const isRightToLeft = (language: Language): boolean => language === 'ar'

/**
 * The language that a locale means, as Discord (`es-419`), BCP 47 (`uz-Cyrl-UZ`) or a POSIX environment
 * (`de_AT.UTF-8`) writes it; English for one that is not spoken here, and for none.
 */
export function languageOf(locale: string | null | undefined): Language {
  const language = /^[a-z]+/i.exec(locale ?? '')?.[0].toLowerCase() ?? ''
  return isLanguage(language) ? language : 'en'
}

/** The language of an environment, in the order in which POSIX has its variables count. */
export const languageOfEnvironment = ({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Language =>
  languageOf(LC_ALL || LC_MESSAGES || LANG)

/** The language that a person names: by its code, its own name or its English one; `null` for any other text. */
export function languageNamed(text: string): Language | null {
  const typed = folded(text)
  const english = new Intl.DisplayNames(['en'], { type: 'language' })
  const isMeant = (language: Language) =>
    [language, OWN_NAMES[language], english.of(language) ?? ''].some((name) => folded(name) === typed)
  return LANGUAGES.find(isMeant) ?? null
}

/** Without case, marks and the many forms of an apostrophe. */
const folded = (text: string): string =>
  text
    .slice(0, 100)
    .normalize('NFD')
    .replace(/[\p{M}\p{P}\p{Sk}\u02bb\u02bc\s]/gu, '')
    .toLowerCase()
