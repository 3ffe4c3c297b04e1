/**
 * Text with links and emphasis, before any face has written it in its own notation. All strings in it are plain
 * text, hostile until the face escapes them.
 */
export interface Span {
  readonly text: string
  /** Absolute address. */
  readonly link?: string
  readonly bold?: boolean
  readonly italic?: boolean
  readonly strike?: boolean
  /** For fixed-width text: a page of a diff, a command to type. */
  readonly code?: boolean
  /** Somebody or something that a face may know by a number of its own, and show in its own way; `text` says it elsewhere. */
  readonly mention?: { readonly kind: 'channel' | 'user'; readonly id: string }
  /** Whether a number stands for growth or loss, where a face has colours. */
  readonly tone?: 'growth' | 'loss'
  /**
   * Part of what somebody wrote. Neighbours with this mark are one text: it keeps a reading direction of its own,
   * and is the first to be shortened.
   */
  readonly quoted?: boolean
  /** A way to go beside the matter itself (talk, contribs, hist): left out where links lead nowhere or room is short. */
  readonly aside?: boolean
}

/** One line: a break inside of it is written as a space. */
export type Inline = readonly (string | Span)[]

/** What may stand in a sentence: `false`, `null` and empty text are left out; `undefined` is something missing. */
export type Part = string | Span | Inline | false | null | undefined

/**
 * Puts a sentence together: ``say`moved ${page} to ${target}` ``. A sentence with a missing part is none, and
 * `undefined`: better the words of the wiki itself than "moved A to ".
 */
export function say(words: TemplateStringsArray, ...parts: Part[]): Inline | undefined {
  if (parts.includes(undefined)) return undefined
  return words.flatMap((word, at): Inline => {
    const part = parts[at] || []
    return [...(word ? [word] : []), ...(Array.isArray(part) ? part : [part as string | Span])]
  })
}

/** Things in a row: "a, b and c"; after ten of them "and 5 more". */
export function enumerate(items: readonly Inline[]): Inline {
  const shown = items.length > 11 ? [...items.slice(0, 10), [`${items.length - 10} more`]] : items
  return shown.flatMap((item, at) => {
    if (at === 0) return item
    return [at === shown.length - 1 ? ' and ' : ', ', ...item]
  })
}
