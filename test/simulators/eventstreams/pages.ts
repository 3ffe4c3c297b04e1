import { LANGUAGES, type Wiki } from './texts.ts'

/** A page as events name it. */
export interface Page {
  readonly namespace: number
  readonly title: string
  /** The title in an address. */
  readonly path: string
}

/** The pages of a wiki that generated events are about: few enough to be made once, with all that is costly. */
export function pagesOf({ wiki, language }: Wiki): { articles: Page[]; categories: Page[] } {
  const { titles, endings, namespaces } = LANGUAGES[language]
  const names = titles.flatMap((title) => endings.map((ending) => title + ending))
  const [talk, user, category] = namespaces
  const categories = names.map((name) => page(14, `${category}:${name}`))
  if (wiki === 'wikidatawiki')
    return { articles: names.map((_, index) => page(0, `Q${101_232_387 + index}`)), categories }
  if (wiki === 'commonswiki') {
    const everybodys = Object.values(LANGUAGES).flatMap(({ titles }) => titles)
    return {
      articles: everybodys.map((name, index) => page(6, `File:${name} - btv1b${index} (1 of 2).jpg`)),
      categories,
    }
  }
  return {
    articles: [
      ...names.map((name) => page(0, name)),
      ...names.slice(0, 4).map((name) => page(1, `${talk}:${name}`)),
      ...names.slice(0, 2).map((name) => page(2, `${user}:${name}`)),
    ],
    categories,
  }
}

/** MediaWiki leaves `;@$!*(),/~:` as they are in an address. */
function page(namespace: number, title: string): Page {
  const path = encodeURI(title.replaceAll(' ', '_')).replace(
    /[?#&+=']/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return { namespace, title, path }
}
