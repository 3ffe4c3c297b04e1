import { inflateSync } from 'node:zlib'

/** A decoded PNG. */
export interface Png {
  readonly width: number
  readonly height: number
  /** `#rrggbb` of a pixel; `transparent` where nothing is. */
  at(x: number, y: number): string
  /** How many pixels have a colour. */
  count(color: string): number
}

/** Reads a PNG of 8 bits for each of red, green, blue and opacity. */
export function readPng(file: Buffer): Png {
  if (file.toString('latin1', 1, 4) !== 'PNG') throw new Error('no PNG')
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)]
  if (file[24] !== 8 || file[25] !== 6) throw new Error('not 8 bits of RGBA')
  const pixels = unfilter(inflateSync(Buffer.concat(dataOf(file))), width * 4)
  const at = (x: number, y: number) => {
    const i = (y * width + x) * 4
    return pixels[i + 3] === 0 ? 'transparent' : `#${pixels.toString('hex', i, i + 3)}`
  }
  return {
    width,
    height,
    at,
    count(color) {
      const [r, g, b] = Buffer.from(color.slice(1), 'hex')
      let found = 0
      for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i] === r && pixels[i + 1] === g && pixels[i + 2] === b && pixels[i + 3] !== 0) found++
      return found
    },
  }
}

function dataOf(file: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)))
  }
  return parts
}

/** Undoes what each row says was done to it, from what is left of and above each byte. */
function unfilter(data: Buffer, rowLength: number): Buffer {
  const rows = data.length / (rowLength + 1)
  const out = Buffer.alloc(rows * rowLength)
  for (let row = 0; row < rows; row++) {
    const filter = data[row * (rowLength + 1)]
    for (let i = 0; i < rowLength; i++) {
      const to = row * rowLength + i
      const left = i < 4 ? 0 : (out[to - 4] as number)
      const above = row === 0 ? 0 : (out[to - rowLength] as number)
      const corner = row === 0 || i < 4 ? 0 : (out[to - rowLength - 4] as number)
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter ?? 0] ?? 0
      out[to] = (data[row * (rowLength + 1) + 1 + i] as number) + guess
    }
  }
  return out
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [a, b, c] = [left, above, corner].map((each) => Math.abs(guess - each)) as [number, number, number]
  return a <= b && a <= c ? left : b <= c ? above : corner
}
