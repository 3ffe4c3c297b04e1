import type { Language } from '../language/language.ts'
import type { Inline } from '../text/inline.ts'

/** An answer in words, before a face gives it its form. Text in it is plain, hostile until the face escapes it. */
export interface Document {
  readonly language: Language
  readonly title: Inline
  readonly tone: 'neutral' | 'good' | 'bad'
  /** What is said first. */
  readonly paragraphs: readonly Inline[]
  /** A list of which each item is one line, and which may be long: a face pages it. */
  readonly items: readonly Item[]
  /** The list is looked through, not read: a face pages it only where it has to. */
  readonly isOverview?: boolean
  /** Named figures. */
  readonly facts: readonly Fact[]
  /** Figures to be looked at; what they say is in the words too. */
  readonly chart?: Chart
  /** A small last line. */
  readonly footer: string | null
}

/** Figures along a line of time: bars on top of one another, and lines over them. How they look is the face's. */
export interface Chart {
  /** Of its texts, and of the numbers that are written into it. */
  readonly language: Language
  /** Whose figures. The first one that the face can write is meant. */
  readonly titles: readonly string[]
  /** Which figures of what time. */
  readonly subtitle: string
  /** The pieces of time, in order. Where there are too many to be written, the most important ones are `marks`. */
  readonly labels: readonly string[]
  /** Which labels are to be written, by their index. */
  readonly marks: readonly number[]
  readonly series: readonly Series[]
  /** Pieces of time whose figures are not whole: they are not over, or some of it is missing. */
  readonly unfinished: readonly number[]
  /** Stretches without figures, and why. */
  readonly blanks: readonly Blank[]
  /** What is to be seen, in words, for those who do not see it. At most 1,000 characters. */
  readonly alt: string
}

export interface Series {
  readonly name: string
  /** What it counts, by which it has its colour. `usual`: a line, what is usual of all together; others are bars. */
  readonly of: 'people' | 'bots' | 'usual'
  /** One for each label; `null` where it is not known. */
  readonly values: readonly (number | null)[]
}

export interface Blank {
  /** The first and the last of its labels, by their index. */
  readonly from: number
  readonly to: number
  /** From when to when. */
  readonly time: string
  readonly reason: string
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

/** What a document has where it has nothing else to say. */
export const EMPTY = { tone: 'neutral', paragraphs: [], items: [], facts: [], footer: null } as const
