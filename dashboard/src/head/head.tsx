import { LANGUAGES, OWN_NAMES } from '../../../src/language/language.ts'
import type { Scopes } from '../asking/ask.ts'
import { language, speak, THEMES, theme } from '../preferences.ts'
import { text } from '../say.ts'
import { ContactSign } from './contact-sign.tsx'
import { ScopeSwitch } from './scope-switch.tsx'

/** Which wikis, whether changes come, and how the page is to be. */
export function Head({ scope }: { readonly scope: Scopes['scopes'][number] | null }) {
  return (
    <header class="head">
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width={28} height={28} />
        <h1>wiki-change-stream</h1>
      </a>
      <ScopeSwitch current={scope} />
      <ContactSign />
      <div class="preferences">
        <select
          aria-label={text('web.language')}
          value={language.value}
          onChange={({ currentTarget }) => {
            const chosen = LANGUAGES.find((each) => each === currentTarget.value)
            if (chosen !== undefined) speak(chosen).catch(() => {})
          }}
        >
          {LANGUAGES.map((each) => (
            <option key={each} value={each} lang={each}>
              {OWN_NAMES[each]}
            </option>
          ))}
        </select>
        <select
          aria-label={text('web.theme')}
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = THEMES.find((each) => each === currentTarget.value) ?? 'auto'
          }}
        >
          {THEMES.map((each) => (
            <option key={each} value={each}>
              {text(`web.theme.${each}`)}
            </option>
          ))}
        </select>
      </div>
    </header>
  )
}
