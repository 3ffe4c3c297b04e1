/** Discord's signature under the interactions that it posts; with a key pair that is no secret of anyone. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Signature } from './protocol.ts'

/** PKCS #8 of an Ed25519 key is these bytes and 32 of the key's own. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const privateKey = createPrivateKey({
  key: Buffer.concat([pkcs8, Buffer.alloc(32, 'simulated discord')]),
  format: 'der',
  type: 'pkcs8',
})

/** The application's public key, as hexadecimal: DISCORD_PUBLIC_KEY. */
export const publicKey = createPublicKey(privateKey)
  .export({ format: 'der', type: 'spki' })
  .subarray(-32)
  .toString('hex')

/** The headers that go with a body; `kind` says what is wrong with them. */
export function signed(body: string, kind: Signature = 'right', ageMs = 0): Record<string, string> {
  const timestamp = String(Math.floor((Date.now() - ageMs) / 1000))
  const over = (text: string, key: KeyObject = privateKey) =>
    sign(null, Buffer.from(text), key).toString('hex')
  const headers = (signature: string) => ({
    'X-Signature-Ed25519': signature,
    'X-Signature-Timestamp': timestamp,
  })
  switch (kind) {
    case 'right':
      return headers(over(timestamp + body))
    case 'of another key':
      return headers(over(timestamp + body, generateKeyPairSync('ed25519').privateKey))
    case 'of another body':
      return headers(over(`${timestamp}${body} `))
    case 'of another time':
      return headers(over(`${Number(timestamp) - 1}${body}`))
    case 'malformed':
      return headers('not hexadecimal')
    case 'missing':
      return {}
  }
}
