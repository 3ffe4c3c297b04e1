/** The words of a digest: a day's figures, and who and what changed most on it. */
import type { Language } from '../language/language.ts'
import { say, text } from '../language/messages.ts'
import type { Digest } from './answer.ts'
import type { Document, Item } from './document.ts'
import { stats } from './figures-wording.ts'
import { topLine } from './top-wording.ts'

export function digest(answer: Digest, language: Language): Document {
  const { figures, pages, users, mixesWikis } = answer
  const { day, scope } = figures
  const ranked = (by: 'pages' | 'users', icon: string): Item[] =>
    answer[by].map((entry, i) => ({
      at: null,
      line: [`${icon} ${i + 1}. `, ...topLine(entry, by, mixesWikis, language)],
    }))
  const document = stats(figures, language)
  const legend = text(language, 'digest.legend')
  return {
    ...document,
    title: say(language, 'digest.title', { day, scope: scope.name }),
    items: [...ranked('pages', '📄'), ...ranked('users', '👤')],
    footer: [
      ...(pages.length + users.length > 0 ? [legend] : []),
      ...(document.footer === null ? [] : [document.footer]),
    ].join(' · '),
  }
}
