import { readFileSync } from 'node:fs'

/** What is to be known of a TrueType font before a text is drawn with it. */
export interface Font {
  has(codePoint: number): boolean
  /** How wide a text is at a size; without what joining its letters does to them. */
  widthOf(text: string, size: number): number
}

/** Reads the tables of a font that say which characters it has and how wide they are. */
export function readFont(path: string): Font {
  const file = readFileSync(path)
  const table = (tag: string) => {
    for (let at = 12; at < 12 + 16 * file.readUInt16BE(4); at += 16) {
      if (file.toString('latin1', at, at + 4) === tag) return file.readUInt32BE(at + 8)
    }
    throw new Error(`${path} has no table ${tag}`)
  }
  const glyphs = glyphsOf(file, table('cmap'))
  const unitsPerEm = file.readUInt16BE(table('head') + 18)
  const widths = table('hmtx')
  // The glyphs after these are as wide as the last of them.
  const widthCount = file.readUInt16BE(table('hhea') + 34)
  const advance = (glyph: number) => file.readUInt16BE(widths + 4 * Math.min(glyph, widthCount - 1))
  return {
    has: (codePoint) => glyphs.has(codePoint),
    widthOf(text, size) {
      let sum = 0
      for (const char of text) sum += advance(glyphs.get(char.codePointAt(0) as number) ?? 0)
      return (sum * size) / unitsPerEm
    },
  }
}

/** Glyphs by code point, from the table's part of format 4: it has all characters below U+10000. */
function glyphsOf(file: Buffer, cmap: number): Map<number, number> {
  for (let i = 0; i < file.readUInt16BE(cmap + 2); i++) {
    const part = cmap + file.readUInt32BE(cmap + 8 + 8 * i)
    if (file.readUInt16BE(part) === 4) return readFormat4(file, part)
  }
  throw new Error('a font without a character map of format 4')
}

function readFormat4(file: Buffer, part: number): Map<number, number> {
  const glyphs = new Map<number, number>()
  const segments = file.readUInt16BE(part + 6) / 2
  for (let i = 0; i < segments; i++) {
    const field = (row: number) => part + 14 + 2 * (row * segments + i) + (row > 0 ? 2 : 0)
    const [end, start, delta] = [0, 1, 2].map((row) => file.readUInt16BE(field(row))) as [
      number,
      number,
      number,
    ]
    const rangeAt = field(3)
    const range = file.readUInt16BE(rangeAt)
    for (let code = start; code <= end && code < 0xffff; code++) {
      const raw = range === 0 ? code : file.readUInt16BE(rangeAt + range + 2 * (code - start))
      const glyph = raw === 0 ? 0 : (raw + delta) & 0xffff
      if (glyph !== 0) glyphs.set(code, glyph)
    }
  }
  return glyphs
}
