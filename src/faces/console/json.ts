import type { Answer } from '../../answers/answer.ts'
import type { Change } from '../../change.ts'
import { diffUrl, pageUrl } from '../../links.ts'

/** A change as other programs get it; what the event lacks is `null`. Times are UTC ms. */
function changeJson(change: Change) {
  const { site, customUrl: _, ...rest } = change
  const { wiki, domain, language, project } = site
  return { ...rest, wiki, domain, language, project, url: pageUrl(change), diffUrl: diffUrl(change) }
}

/** The answer as one JSON document. */
export const answerJson = (answer: Answer): string =>
  JSON.stringify(answer.kind === 'recent' ? { ...answer, changes: answer.changes.map(changeJson) } : answer)
