import type { Settings, StoreSettings } from './config.ts'

/** Shorter ones are parts of ordinary words, and could be guessed anyway. */
const LEAST = 8

/** What of the settings is nobody's business, in each form in which it is sent. */
export function secretsIn({
  discordToken,
  http,
  eventStreamUrl,
  bus,
  store,
}: Pick<Settings, 'discordToken' | 'http' | 'eventStreamUrl' | 'bus' | 'store'>): readonly string[] {
  const { username, password, searchParams } = new URL(eventStreamUrl)
  const [name, word] = [decoded(username), decoded(password)]
  const inQuery = [...searchParams].flatMap(([key, value]) => (key === 'since' ? [] : [value]))
  const basic = (text: string) => Buffer.from(text).toString('base64')
  const busWord = bus.kind === 'memory' ? null : decoded(new URL(bus.address.url).password)
  const words = [busWord, word === '' ? name : word, ...inQuery, ...passwordsOf(store)]
  const secrets = [discordToken, http.token, ...words]
  const long = secrets.filter((secret) => secret !== null && secret.length >= LEAST) as string[]
  const sent = name === '' ? [] : [basic(`${name}:${word}`)]
  return [...new Set([...long.flatMap((secret) => [secret, encodeURIComponent(secret)]), ...sent])]
}

function passwordsOf(store: StoreSettings): string[] {
  if (store.kind === 'sqlite') return []
  if (store.kind === 'mongodb') return [...store.address.secrets]
  const { password, searchParams } = new URL(store.url)
  return [decoded(password), searchParams.get('password') ?? '']
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whoever has such an address may write in our name for a while: those of webhooks and of interactions. */
const CAPABILITIES = /\b(webhooks|interactions)\/(\d+)\/[\w.~-]+/g

/**
 * Takes secrets out of what is said. Nothing of ours says them; but a server may repeat what it was sent in what it
 * says against it.
 */
export const hiding =
  (secrets: readonly string[]) =>
  (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text).replace(CAPABILITIES, '$1/$2/…')
