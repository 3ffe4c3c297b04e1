import { LANGUAGES, type Language, languageNamed, languageOf, OWN_NAMES } from '../language/language.ts'
import { message, text } from '../language/messages.ts'
import { type Command, type Context, refuse, shortened } from './command.ts'

/** Stands for the language of wherever somebody asks. */
const AUTO = 'auto'

/**
 * The language that somebody is answered in: the one that they chose, else the one that the face has them ask in. A
 * choice of one that is spoken no more counts as none.
 * @param locale as the face has it; `null` where it has none
 */
export async function spokenWith(
  user: string,
  locale: string | null | undefined,
  store: Context['store'],
): Promise<Language> {
  return languageOf((await store.languageOf(user)) ?? locale)
}

/** `English (en), Español (es)…` */
export const SPOKEN = LANGUAGES.map((language) => `${OWN_NAMES[language]} (${language})`).join(', ')

export const language: Command = {
  name: 'language',
  purpose: 'command.language.purpose',
  example: '!language uz',
  isPrivate: true,
  parameters: [
    {
      name: 'language',
      purpose: 'option.language.purpose',
      default: { key: 'default.unchanged' },
      isLong: true,
      async suggest(typed, { language }) {
        const choices = [
          ...LANGUAGES.map((value) => ({ value: value as string, name: `${OWN_NAMES[value]} (${value})` })),
          { value: AUTO, name: text(language, 'suggestion.auto') },
        ]
        const start = typed.trim().toLowerCase()
        const found = choices.filter(({ name }) => name.toLowerCase().includes(start))
        return found.length > 0 ? found : choices
      },
    },
  ],
  async run({ language: typed }, { store, user, language: current, locale }) {
    if (typed === undefined) return { kind: 'language', language: current, chosen: null }
    if (typed.trim().toLowerCase() === AUTO) {
      await store.setLanguage(user, null)
      return { kind: 'language', language: languageOf(locale), chosen: 'auto' }
    }
    const meant = languageNamed(typed)
    if (meant === null) {
      const problem = message('refusal.unknownLanguage', { text: shortened(typed) })
      return refuse(language, problem, message('accepts.language', { languages: SPOKEN }))
    }
    await store.setLanguage(user, meant)
    return { kind: 'language', language: meant, chosen: 'language' }
  },
}
