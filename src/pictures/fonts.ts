/** The fonts that come with the program: what a picture looks like does not depend on the machine. */
import { fileURLToPath } from 'node:url'
import { type Font, readFont } from './font.ts'

const file = (weight: number) =>
  fileURLToPath(new URL(`../../fonts/wiki-charts-${weight}.ttf`, import.meta.url))

export const FAMILY = 'Wiki Charts'
export const FILES = [file(400), file(600)]

/** Both weights have the same characters. */
const [regular, bold] = FILES.map(readFont) as [Font, Font]

/** How wide a text is, by the CSS notation of its font: `600 18px Wiki Charts`. */
export function widthOf(text: string, font = ''): number {
  const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12)
  return (/\b(?:bold|[6-9]00)\b/.test(font) ? bold : regular).widthOf(text, size)
}

/** Whether there is a letter for every one of the text's. */
export const canWrite = (text: string): boolean => [...text].every((char) => isWritten(char))

const isWritten = (char: string): boolean => {
  const codePoint = char.codePointAt(0) as number
  // Marks of reading direction are not seen.
  return regular.has(codePoint) || /\p{Bidi_Control}/u.test(char)
}

/** The first text that can be written as it is; if none can, what can be written of the last. */
export function writable(texts: readonly string[]): string {
  const whole = texts.find((text) => text !== '' && canWrite(text))
  return whole ?? [...(texts.at(-1) ?? '')].filter(isWritten).join('')
}
