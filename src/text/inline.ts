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
}

export type Inline = readonly (string | Span)[]
