/** The program's messages, in the language of the page. */
import type { Key } from '../../src/language/messages.ts'
import { text as textIn } from '../../src/language/messages.ts'
import { language } from './preferences.ts'

type Rest<F> = F extends (language: never, key: never, ...rest: infer R) => unknown ? R : never

/** As plain text. Whoever shows it is shown anew when the language changes. */
export const text = <K extends Key>(key: K, ...values: Rest<typeof textIn<K>>): string =>
  textIn(language.value, key, ...values)
