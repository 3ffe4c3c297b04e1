import { answer } from '../answers/answers.ts'
import { spokenWith } from '../answers/language.ts'
import { word } from '../answers/wording.ts'
import { answerJson, JSON_LANGUAGE } from '../faces/console/json.ts'
import { toText } from '../faces/console/render.ts'
import { languageOfEnvironment } from '../language/language.ts'
import { storeToAsk } from './demo.ts'

/** Answers one command on standard output. A refused command ends with status 2, as wrong usage does. */
export async function ask(
  question: string,
  options: { user: string; json?: boolean; demo?: boolean },
): Promise<void> {
  const store = await storeToAsk(options.demo)
  try {
    const locale = languageOfEnvironment(process.env)
    const language = options.json ? JSON_LANGUAGE : await spokenWith(options.user, locale, store)
    const found = await answer(question, {
      user: options.user,
      store,
      language,
      locale,
      now: Date.now(),
      isPatient: true,
    })
    const text = options.json
      ? answerJson(found)
      : toText(word(found, language), process.stdout.isTTY === true)
    process.stdout.write(`${text}\n`)
    if (found.kind === 'refusal') process.exitCode = 2
  } finally {
    await store.close()
  }
}
