import type { FrameForm } from './protocol.ts'

/** `sse` in the form the service sends, a variant of it, or `json`: bare lines without ids (`Accept: application/json`). */
export type BodyForm = 'sse' | 'json' | FrameForm

/** The first bytes of a body. */
export const preface = (form: BodyForm): Buffer =>
  Buffer.from(form === 'json' ? '\n' : `:ok${lineEndOf(form)}${lineEndOf(form)}`)

/** One frame. `id` is the text of the JSON array. */
export function encodeFrame(form: BodyForm, event: string, id: string, data: Buffer): Buffer {
  const text = data.toString()
  if (form === 'json') return Buffer.from(`${text}\n`)
  const variant = form === 'sse' ? {} : form
  const space = variant.space === false ? '' : ' '
  const lines = (variant.multiline ? spread(text) : text).split('\n').map((line) => `data:${space}${line}`)
  return Buffer.from([`event:${space}${event}`, `id:${space}${id}`, ...lines, '', ''].join(lineEndOf(form)))
}

const lineEndOf = (form: BodyForm): string => (typeof form === 'string' ? '\n' : (form.lineEnd ?? '\n'))

/** JSON over several lines, which means the same; anything else stays as it is. */
function spread(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 1)
  } catch {
    return text
  }
}
