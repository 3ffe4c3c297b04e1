/** The limits on a message that Discord has and its OpenAPI document leaves out. */
import type { APIAllowedMentions, APIEmbed } from 'discord.js'
import type { Described } from './attachments.ts'
import { type Component, characters, checkComponents } from './components.ts'
import { type Issue, refusal } from './refusal.ts'

/** The body of a message to be sent, or of one as it would be after an edit. */
export interface MessageBody {
  readonly content?: string
  readonly embeds?: readonly APIEmbed[]
  readonly components?: readonly Component[]
  readonly flags?: number
  readonly poll?: object
  readonly sticker_ids?: readonly string[]
  readonly attachments?: readonly Described[]
  readonly allowed_mentions?: APIAllowedMentions
  readonly message_reference?: { readonly message_id: string; readonly fail_if_not_exists?: boolean }
  readonly nonce?: string | number
  readonly enforce_nonce?: boolean
  readonly tts?: boolean
}

/** The flag of a message that is made of components alone. */
export const componentsV2 = 1 << 15
/** The flags of a message that one user sees, and of one that is still to come. */
export const ephemeral = 1 << 6
export const loading = 1 << 7

/** What Discord keeps of a body: texts trimmed, and `null` taken for absent. */
export function normalised(body: MessageBody): MessageBody {
  const message = withoutNulls(body) as MessageBody
  const trimmed: Record<string, unknown> = {}
  if (message.content !== undefined) trimmed.content = message.content.trim()
  if (message.embeds) trimmed.embeds = message.embeds.map(trimEmbed)
  return { ...message, ...trimmed }
}

/** Refuses a message without anything in it. */
export function checkNotEmpty(message: MessageBody, files: number): void {
  const parts = [message.content, message.embeds, message.components, message.sticker_ids]
  const filled = parts.some((part) => part !== undefined && part.length > 0)
  if (!filled && files === 0 && !message.poll)
    throw refusal(400, 50006, 'Cannot send an empty message', 'form')
}

/** What is wrong with a message whose body is right by the OpenAPI document. */
export function checkMessage(message: MessageBody): Issue[] {
  const v2 = ((message.flags ?? 0) & componentsV2) !== 0
  const issues = [...checkEmbeds(message.embeds ?? []), ...checkComponents(message.components ?? [], v2)]
  if (characters(message.content ?? '') > 2000) {
    issues.push({
      path: ['content'],
      code: 'BASE_TYPE_MAX_LENGTH',
      message: 'Must be 2000 or fewer in length.',
    })
  }
  for (const field of v2 ? (['content', 'embeds', 'sticker_ids', 'poll'] as const) : []) {
    if (!message[field] || (message[field] as { length?: number }).length === 0) continue
    const why = `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`
    issues.push({ path: [field], code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2', message: why })
  }
  for (const kind of ['users', 'roles'] as const) {
    const { parse = [], [kind]: listed = [] } = message.allowed_mentions ?? {}
    if (!(parse as string[]).includes(kind) || listed.length === 0) continue
    const why = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`
    issues.push({
      path: ['allowed_mentions'],
      code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
      message: why,
    })
  }
  return issues
}

function checkEmbeds(embeds: readonly APIEmbed[]): Issue[] {
  const issues = embeds.flatMap((embed, index) =>
    embedIssues(embed).map((issue) => ({ ...issue, path: ['embeds', index, ...issue.path] })),
  )
  const total = embeds.flatMap(embedTexts).reduce((sum, text) => sum + characters(text ?? ''), 0)
  if (total > 6000) {
    const message = 'Embed size exceeds maximum size of 6000'
    issues.push({ path: ['embeds'], code: 'MAX_EMBED_SIZE_EXCEEDED', message })
  }
  return issues
}

function embedIssues({
  title,
  description,
  url,
  author,
  footer,
  fields = [],
  image,
  thumbnail,
}: APIEmbed): Issue[] {
  const issues: Issue[] = []
  const require = (text: string | undefined, ...path: (string | number)[]) => {
    if (!text) issues.push({ path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' })
  }
  for (const [index, { name, value }] of fields.entries()) {
    require(name, 'fields', index, 'name')
    require(value, 'fields', index, 'value')
  }
  if (footer) require(footer.text, 'footer', 'text')
  if (author) require(author.name, 'author', 'name')
  if (!title && !author && !footer && fields.length === 0 && !image && !thumbnail)
    require(description, 'description')

  const scheme = (address: string | undefined, allowed: readonly string[], ...path: string[]) => {
    const used = address?.split(':')[0]?.toLowerCase()
    if (used === undefined || allowed.includes(used)) return
    const message = `Scheme "${used}" is not supported. Scheme must be one of ('${allowed.join("', '")}').`
    issues.push({ path, code: 'URL_TYPE_INVALID_SCHEME', message })
  }
  const web = ['http', 'https']
  const media = [...web, 'attachment']
  scheme(url, web, 'url')
  scheme(author?.url, web, 'author', 'url')
  scheme(author?.icon_url, media, 'author', 'icon_url')
  scheme(footer?.icon_url, media, 'footer', 'icon_url')
  scheme(image?.url, media, 'image', 'url')
  scheme(thumbnail?.url, media, 'thumbnail', 'url')
  return issues
}

/** The texts that count towards the 6,000. */
const embedTexts = ({ title, description, author, footer, fields = [] }: APIEmbed) => [
  title,
  description,
  author?.name,
  footer?.text,
  ...fields.flatMap(({ name, value }) => [name, value]),
]

function trimEmbed(embed: APIEmbed): APIEmbed {
  const trimmed = { ...embed }
  if (embed.title) trimmed.title = embed.title.trim()
  if (embed.description) trimmed.description = embed.description.trim()
  if (embed.author?.name) trimmed.author = { ...embed.author, name: embed.author.name.trim() }
  if (embed.footer?.text) trimmed.footer = { ...embed.footer, text: embed.footer.text.trim() }
  if (embed.fields) {
    trimmed.fields = embed.fields.map((field) => ({
      ...field,
      name: field.name.trim(),
      value: field.value.trim(),
    }))
  }
  return trimmed
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]))
}
