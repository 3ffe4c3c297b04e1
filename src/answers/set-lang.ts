import { resolveScope, scopeCode, scopeLabel } from '../scope.ts'
import { type Command, refuse, SCOPES, shortened, suggestScope } from './command.ts'

export const setLang: Command = {
  name: 'setLang',
  purpose: 'which wikis you want to hear about: a language, one wiki, or * for all',
  example: '!setLang en',
  isPrivate: true,
  parameters: [
    {
      name: 'scope',
      purpose: 'a language (en, de), one wiki (enwiki, commons), or * for all',
      default: null,
      // A name may have several words: "Simple English", "Wikimedia Commons".
      isLong: true,
      suggest: suggestScope,
    },
  ],
  async run({ scope: text }, { store, user, place }) {
    if (text === undefined) return refuse(setLang, 'Which wikis do you mean?', SCOPES)
    if (place !== undefined && place.mayManage !== true) {
      const problem = `To choose for ${place.name} you need ${place.mayManage.needs}.`
      return refuse(setLang, problem, 'in a direct message to me, a choice of your own')
    }
    const found = resolveScope(text, await store.sites())
    if ('nearest' in found) {
      const problem = `I know no language or wiki “${shortened(text)}”. The choice stays as it was.`
      return refuse(setLang, problem, SCOPES, found.nearest)
    }
    await store.setScope(place?.id ?? user, scopeCode(found.scope))
    return { kind: 'scopeSet', scope: scopeLabel(found.scope), place: place?.name ?? null }
  },
}
