import type { Answer } from '../../answers/answer.ts'
import { usageOf } from '../../answers/command.ts'
import { changeJson } from '../../change-json.ts'
import { plain, text } from '../../language/messages.ts'

/** What a program reads is the same wherever it runs. */
export const JSON_LANGUAGE = 'en'

/** The answer as one JSON document, to be asked for in `JSON_LANGUAGE`. */
export const answerJson = (answer: Answer): string => JSON.stringify(facts(answer))

function facts(answer: Answer): object {
  switch (answer.kind) {
    case 'recent':
      return { ...answer, changes: answer.changes.map(changeJson) }
    case 'help':
      return {
        ...answer,
        commands: answer.commands.map((command) => ({
          name: command.name,
          purpose: text(JSON_LANGUAGE, command.purpose),
          example: command.example,
          usage: usageOf(command, JSON_LANGUAGE),
        })),
      }
    case 'refusal': {
      const { problem, accepts } = answer
      return { ...answer, problem: plain(JSON_LANGUAGE, problem), accepts: plain(JSON_LANGUAGE, accepts) }
    }
    default:
      return answer
  }
}
