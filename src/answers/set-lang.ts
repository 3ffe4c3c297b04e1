import { resolveScope, scopeCode, scopeLabel } from '../scope.ts'
import { type Command, refuse } from './command.ts'

const ACCEPTS =
  'a language (en, de, uz: all its projects), one wiki (enwiki, en.wiktionary.org), commons, wikidata, meta…, or * for all wikis'

export const setLang: Command = {
  name: 'setLang',
  usage: 'setLang <scope>',
  purpose: 'which wikis you want to hear about: a language, one wiki, or * for all',
  example: '!setLang en',
  async run(args, { store, user }) {
    // A name may have several words: "Simple English", "Wikimedia Commons".
    const text = args.join(' ')
    if (text === '') return refuse(setLang, 'Which wikis do you mean?', ACCEPTS)
    const found = resolveScope(text, await store.sites())
    if ('nearest' in found) {
      return refuse(
        setLang,
        `I know no language or wiki “${shortened(text)}”. Your choice stays as it was.`,
        ACCEPTS,
        found.nearest,
      )
    }
    await store.setScope(user, scopeCode(found.scope))
    return { kind: 'scopeSet', scope: scopeLabel(found.scope) }
  },
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
