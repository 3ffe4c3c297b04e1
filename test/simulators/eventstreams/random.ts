/** A source of numbers that is the same for the same seed. */
export interface Random {
  /** A 32-bit unsigned integer. */
  bits(): number
  /** An integer from 0 to below `limit`. */
  below(limit: number): number
  /** One of the list. */
  pick<T>(list: readonly T[]): T
  /** `true` so often. */
  chance(probability: number): boolean
  /** A version 4 UUID. */
  uuid(): string
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const hex = (word: number): string =>
  `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`

/** sfc32: 128 bits of state, so that the UUIDs of two seeds never meet, as those of a 32-bit generator would. */
export function seededRandom(seed: number): Random {
  let a = seed | 0
  let b = Math.floor(seed / 2 ** 32) | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 16; round++) bits()
  const below = (limit: number): number => Math.floor((bits() / 2 ** 32) * limit)
  return {
    bits,
    below,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    chance: (probability) => bits() < probability * 2 ** 32,
    uuid: () => {
      const [second, third] = [hex(bits()), hex((bits() & 0x3fffffff) | 0x80000000)]
      const version = `${second.slice(0, 4)}-4${second.slice(5)}`
      return `${hex(bits())}-${version}-${third.slice(0, 4)}-${third.slice(4)}${hex(bits())}`
    },
  }
}
