import type { Inline } from '../text/inline.ts'

/** An answer in words, before a face gives it its form. Text in it is plain, hostile until the face escapes it. */
export interface Document {
  readonly title: string
  readonly tone: 'neutral' | 'good' | 'bad'
  /** What is said first. */
  readonly paragraphs: readonly Inline[]
  /** A list of which each item is one line, and which may be long: a face pages it. */
  readonly items: readonly Item[]
  /** Named figures. */
  readonly facts: readonly Fact[]
  /** A small last line. */
  readonly footer: string | null
}

export interface Item {
  /** When it happened, UTC ms; faces write it in front, in their reader's way. */
  readonly at: number | null
  readonly line: Inline
}

export interface Fact {
  readonly name: string
  readonly value: Inline
}
