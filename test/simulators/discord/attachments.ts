/** Files that come with a message: what Discord takes, how it names and keeps them, and what refers to them. */
import type { APIAttachment, APIEmbed } from 'discord.js'
import { type Component, eachComponent } from './components.ts'
import { type Issue, refusal } from './refusal.ts'
import type { Channel, World } from './world.ts'

/** A file of a multipart request. */
export interface Upload {
  /** `files[0]` */
  readonly field: string
  readonly name: string
  readonly type: string
  readonly content: Buffer
}

/** What a body says of a file: of an upload by its number, of one that is there already by its id. */
export interface Described {
  readonly id: string
  readonly filename?: string
  readonly description?: string
}

/** As much of a message's body as speaks of files. */
interface Referring {
  readonly attachments?: readonly Described[]
  readonly embeds?: readonly APIEmbed[]
  readonly components?: readonly Component[]
}

const maxFileBytes = 10 * 1024 * 1024
/** What a request may weigh, with all its files. */
export const maxRequestBytes = 25 * 1024 * 1024

/** 413, for a file or a request that is too large. */
export const tooLarge = () => refusal(413, 40005, 'Request entity too large', 'form')

const scheme = 'attachment://'
const embedPictures = /\.(png|jpe?g|webp|gif)$/i

/** What is wrong with the files of a request, given those that the message has and keeps. */
export function checkFiles(
  message: Referring,
  uploads: readonly Upload[],
  kept: readonly APIAttachment[],
): Issue[] {
  if (uploads.some(({ content }) => content.length > maxFileBytes)) throw tooLarge()
  const issues: Issue[] = []
  if (uploads.length + kept.length > 10) {
    issues.push({ path: ['files'], code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 10 or fewer in length.' })
  }
  const numbers = uploads.map(numberOf)
  for (const [index, number] of numbers.entries()) {
    if (number !== undefined && numbers.indexOf(number) === index) continue
    const why = 'A file must be called files[n], and each n come once'
    issues.push({ path: [uploads[index]?.field ?? ''], code: 'ATTACHMENT_FIELD_NAME', message: why })
  }
  const known = new Set([...kept.map(({ id }) => id), ...numbers])
  for (const [index, { id }] of (message.attachments ?? []).entries()) {
    if (known.has(id)) continue
    const why = 'Referenced attachment not found'
    issues.push({ path: ['attachments', index, 'id'], code: 'ATTACHMENT_NOT_FOUND', message: why })
  }
  const names = [...kept.map(({ filename }) => filename), ...uploads.map((file) => nameOf(message, file))]
  return [...issues, ...embedIssues(message.embeds ?? [], names), ...mediaIssues(message.components, names)]
}

/** Discord shows an embed without its picture when the file is not there; nobody can want that. */
function embedIssues(embeds: readonly APIEmbed[], names: readonly string[]): Issue[] {
  return embeds.flatMap((embed, index) =>
    picturesOf(embed).flatMap(({ url, path }) => {
      if (!url?.startsWith(scheme)) return []
      const name = url.slice(scheme.length)
      const at = ['embeds', index, ...path]
      if (!names.includes(name)) {
        const message = `The referenced attachment ("${url}") was not found`
        return [{ path: at, code: 'ATTACHMENT_NOT_FOUND', message }]
      }
      const message = 'Only .jpg, .jpeg, .png, .webp and .gif may be used in embeds'
      return embedPictures.test(name) ? [] : [{ path: at, code: 'ATTACHMENT_NO_PICTURE', message }]
    }),
  )
}

const picturesOf = ({ image, thumbnail, author, footer }: APIEmbed) => [
  { url: image?.url, path: ['image', 'url'] },
  { url: thumbnail?.url, path: ['thumbnail', 'url'] },
  { url: author?.icon_url, path: ['author', 'icon_url'] },
  { url: footer?.icon_url, path: ['footer', 'icon_url'] },
]

function mediaIssues(components: readonly Component[] = [], names: readonly string[]): Issue[] {
  return [...eachComponent(components)].flatMap(({ component, path }) =>
    mediaOf(component).flatMap(({ media: { url }, at }) => {
      if (!url.startsWith(scheme) || names.includes(url.slice(scheme.length))) return []
      const message = `The referenced attachment ("${url}") was not found`
      const code = 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND'
      return [{ path: [...path, ...at, 'url'], code, message }]
    }),
  )
}

function mediaOf({ media, file, items = [] }: Component) {
  return [
    ...(media ? [{ media, at: ['media'] }] : []),
    ...(file ? [{ media: file, at: ['file'] }] : []),
    ...items.map((item, index) => ({ media: item.media, at: ['items', index, 'media'] })),
  ]
}

/** Keeps a file, so that it can be fetched; what the message says of it. */
export function attach(world: World, channel: Channel, message: Referring, upload: Upload): APIAttachment {
  const id = world.nextId()
  const filename = nameOf(message, upload)
  const path = `/attachments/${channel.id}/${id}/${filename}`
  world.files.set(path, upload)
  const description = describedIn(message, upload)?.description
  return {
    id,
    filename,
    ...(description ? { description } : {}),
    content_type: upload.type,
    size: upload.content.length,
    url: world.origin + path,
    proxy_url: world.origin + path,
    ...pixelsOf(upload.content),
  }
}

/** The files that an edit leaves where they are; those that it describes anew are described so. */
export function keptBy(message: Referring, old: readonly APIAttachment[]): APIAttachment[] {
  if (!message.attachments) return [...old]
  return old.flatMap((attachment) => {
    const described = message.attachments?.find(({ id }) => id === attachment.id)
    if (!described) return []
    return [described.description ? { ...attachment, description: described.description } : attachment]
  })
}

/** An embed whose pictures are where the files are. */
export function withFiles(embed: APIEmbed, files: readonly APIAttachment[]): APIEmbed {
  const { image, thumbnail, author, footer } = embed
  const found = (url: string | undefined) => files.find(({ filename }) => url === scheme + filename)
  const picture = <T extends { url: string }>(part: T): T => {
    const file = found(part.url)
    return file ? { ...part, ...placeOf(file) } : part
  }
  const icon = <T extends { icon_url?: string }>(part: T): T => {
    const file = found(part.icon_url)
    return file ? { ...part, icon_url: file.url, proxy_icon_url: file.proxy_url } : part
  }
  return {
    ...embed,
    ...(image && { image: picture(image) }),
    ...(thumbnail && { thumbnail: picture(thumbnail) }),
    ...(author && { author: icon(author) }),
    ...(footer && { footer: icon(footer) }),
  }
}

/** Fills in what components show of files; to be given a copy. */
export function linkMedia(world: World, components: readonly Component[], files: readonly APIAttachment[]) {
  for (const { component } of eachComponent(components)) {
    for (const { media } of mediaOf(component)) {
      const file = files.find(({ filename, url }) => [scheme + filename, url].includes(media.url))
      const place = file ? { ...placeOf(file), attachment_id: file.id } : { proxy_url: media.url }
      Object.assign(media, { id: world.nextId() }, place)
    }
    const file = files.find(({ url }) => url === component.file?.url)
    if (file) Object.assign(component, { name: file.filename, size: file.size })
  }
}

const placeOf = ({ url, proxy_url, width, height, content_type }: APIAttachment) => ({
  url,
  proxy_url,
  ...(width && height ? { width, height } : {}),
  ...(content_type && { content_type }),
})

const numberOf = ({ field }: Upload): string | undefined => /^files\[(\d+)\]$/.exec(field)?.[1]

const describedIn = ({ attachments }: Referring, upload: Upload): Described | undefined =>
  attachments?.find(({ id }) => id === numberOf(upload))

/** ASCII letters, digits, `_`, `-` and `.`, and no `_` or `.` at the ends: so Discord cleans a name. */
const nameOf = (message: Referring, upload: Upload): string =>
  (describedIn(message, upload)?.filename ?? upload.name)
    .replaceAll(/\s+/g, '_')
    .replaceAll(/[^\w.-]/g, '')
    .replaceAll(/^[._]+|[._]+$/g, '') || 'unknown'

/** A PNG says in its header how large it is; of other formats nobody asks. */
function pixelsOf(content: Buffer): { width?: number; height?: number } {
  const isPng = content.length >= 24 && content.toString('latin1', 1, 4) === 'PNG'
  return isPng ? { width: content.readUInt32BE(16), height: content.readUInt32BE(20) } : {}
}
