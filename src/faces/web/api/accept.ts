import type { IncomingMessage } from 'node:http'

/** Whether whoever asks takes this type of content. */
export function accepts({ headers }: Pick<IncomingMessage, 'headers'>, type: string): boolean {
  const { accept } = headers
  if (accept === undefined || accept.trim() === '') return true
  const [group] = type.split('/')
  return accept.split(',').some((part) => {
    const [range = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase())
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    return !isRefused && [type, `${group}/*`, '*/*'].includes(range)
  })
}

/** Whether a request brings content. */
export const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
