/** Reading what a request carries. */
import type { IncomingMessage } from 'node:http'
import { maxRequestBytes, tooLarge, type Upload } from './attachments.ts'
import { invalidForm, refusal } from './refusal.ts'

/** A body, taken apart. */
export interface Body {
  readonly json: unknown
  readonly uploads: readonly Upload[]
}

/** The bytes of the body, or `null` where they are more than Discord takes; those are read and thrown away. */
export async function readBytes(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxRequestBytes) chunks.push(chunk)
  }
  return size <= maxRequestBytes ? Buffer.concat(chunks) : null
}

/** The JSON and the files of a body of one of the types that its route takes. No bytes: an empty object. */
export async function parseBody(
  bytes: Buffer | null,
  contentType = '',
  allowed: readonly string[],
): Promise<Body> {
  if (bytes === null) throw tooLarge()
  if (bytes.length === 0) return { json: {}, uploads: [] }
  const type = contentType.split(';')[0]?.trim() ?? ''
  if (type === 'application/json') return { json: parseJson(bytes.toString()), uploads: [] }
  if (type === 'multipart/form-data' && allowed.includes(type)) return parseMultipart(bytes, contentType)
  const message = `Expected "Content-Type" header to be one of {${allowed.map((name) => `'${name}'`).join(', ')}}.`
  throw invalidForm([{ path: [], code: 'CONTENT_TYPE_INVALID', message }])
}

async function parseMultipart(bytes: Buffer, contentType: string): Promise<Body> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw refusal(400, 50109, 'The request body contains invalid form data.', 'form')
    })
  let json: unknown = {}
  const uploads: Upload[] = []
  for (const [field, value] of form) {
    if (field === 'payload_json') json = parseJson(typeof value === 'string' ? value : await value.text())
    else if (typeof value !== 'string') {
      const content = Buffer.from(await value.arrayBuffer())
      uploads.push({ field, name: value.name, type: value.type || 'application/octet-stream', content })
    }
  }
  return { json, uploads }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal(400, 50109, 'The request body contains invalid JSON.', 'form')
  }
}
