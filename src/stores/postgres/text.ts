/**
 * PostgreSQL's text has no U+0000, which a text from outside may have. It is written as SUB (U+001A) and `0`, SUB itself
 * as SUB and `1`: no text that anybody reads has either, so what stands in the tables is what was sent.
 */
const SUB = 0x1a

/** The text as it is stored. */
export const toStored = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
  text.replace(/[\0\x1a]/g, (char) => (char === '\0' ? '\x1a0' : '\x1a1'))

/** The text that was stored so. */
export const fromStored = (text: string): string =>
  text.includes('\x1a')
    ? // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
      text.replace(/\x1a([01])/g, (_, digit) => (digit === '0' ? '\0' : '\x1a'))
    : text

/** Whether UTF-8 has a character that is not stored as it is. */
export const needsCare = (utf8: Buffer): boolean => utf8.includes(0) || utf8.includes(SUB)
