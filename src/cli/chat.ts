import { createInterface } from 'node:readline/promises'
import { answer } from '../answers/answers.ts'
import { word } from '../answers/wording.ts'
import { toText } from '../faces/console/render.ts'
import { storeToAsk } from './demo.ts'

/** Answers one line after another until the input ends, or `exit`. */
export async function chat(options: { user: string; demo?: boolean }): Promise<void> {
  const store = await storeToAsk(options.demo)
  const isTerminal = process.stdout.isTTY === true
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: isTerminal,
    prompt: '> ',
  })
  try {
    if (isTerminal) process.stdout.write('Ask as you would ask the bot: !help shows how, exit ends it.\n')
    if (isTerminal) lines.prompt()
    for await (const line of lines) {
      const question = line.trim()
      if (/^!?(exit|quit)$/i.test(question)) break
      if (question !== '') {
        const found = await answer(question, { user: options.user, store, now: Date.now() })
        process.stdout.write(`${toText(word(found), isTerminal)}\n\n`)
      }
      if (isTerminal) lines.prompt()
    }
  } finally {
    lines.close()
    await store.close()
  }
}
