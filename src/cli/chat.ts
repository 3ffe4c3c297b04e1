import { createInterface } from 'node:readline/promises'
import { answer } from '../answers/answers.ts'
import { spokenWith } from '../answers/language.ts'
import { word } from '../answers/wording.ts'
import { toText } from '../faces/console/render.ts'
import { languageOfEnvironment } from '../language/language.ts'
import { text } from '../language/messages.ts'
import { storeToAsk } from './demo.ts'

/** Answers one line after another until the input ends, or `exit`. */
export async function chat(options: { user: string; demo?: boolean }): Promise<void> {
  const store = await storeToAsk(options.demo)
  const { user } = options
  const locale = languageOfEnvironment(process.env)
  const spoken = () => spokenWith(user, locale, store)
  const isTerminal = process.stdout.isTTY === true
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: isTerminal,
    prompt: '> ',
  })
  try {
    if (isTerminal) process.stdout.write(`${text(await spoken(), 'face.chat')}\n`)
    if (isTerminal) lines.prompt()
    for await (const line of lines) {
      const question = line.trim()
      if (/^!?(exit|quit)$/i.test(question)) break
      if (question !== '') {
        const language = await spoken()
        const found = await answer(question, {
          user,
          store,
          language,
          locale,
          now: Date.now(),
          isPatient: true,
        })
        process.stdout.write(`${toText(word(found, language), isTerminal)}\n\n`)
      }
      if (isTerminal) lines.prompt()
    }
  } finally {
    lines.close()
    await store.close()
  }
}
