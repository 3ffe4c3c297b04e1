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
  /** Words of ours that read from right to left: so does the line in which they stand. */
  readonly rtl?: boolean
}

/** One line: a break inside of it is written as a space. */
export type Inline = readonly (string | Span)[]
