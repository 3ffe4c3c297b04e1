import { message } from '../language/messages.ts'
import { resolveScope, scopeCode, scopeLabel } from '../scope.ts'
import { type Command, labels, refuse, SCOPES, shortened, suggestScope } from './command.ts'

export const setLang: Command = {
  name: 'setLang',
  purpose: 'command.setLang.purpose',
  example: '!setLang en',
  isPrivate: true,
  parameters: [
    {
      name: 'scope',
      purpose: 'option.chosenScope.purpose',
      default: null,
      // A name may have several words: "Simple English", "Wikimedia Commons".
      isLong: true,
      suggest: suggestScope,
    },
  ],
  async run({ scope: text }, context) {
    const { store, user, place, language } = context
    if (text === undefined) return refuse(setLang, message('refusal.whichScope'), SCOPES)
    if (place !== undefined && place.mayManage !== true) {
      const problem = message('refusal.mayNotChoose', { needs: message(place.mayManage.needs) })
      return refuse(setLang, problem, message('accepts.ownChoice'))
    }
    const found = resolveScope(text, await store.sites())
    if ('nearest' in found) {
      const problem = message('refusal.unknownScopeKept', { text: shortened(text) })
      return refuse(setLang, problem, SCOPES, labels(found.nearest, context))
    }
    await store.setScope(place?.id ?? user, scopeCode(found.scope))
    return { kind: 'scopeSet', scope: scopeLabel(found.scope, language), place: place?.kind ?? null }
  },
}
