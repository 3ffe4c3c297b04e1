import type { IncomingMessage } from 'node:http'

/**
 * The body of a request as it came; `null` where it is longer than `limit` bytes, the rest of it then being unread.
 * Rejects when whoever sends it is gone.
 */
export async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length']) > limit) return null
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length
    if (length > limit) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
