/**
 * How far `typed` is from `name`, for suggestions: 0 the same, below 1 near, 1 and more not worth a suggestion. Nearest is the
 * beginning of a name (`ger` for `german`), then what a few slips of the finger explain; the same from a later word
 * of the name on (`wiktionary` for `german wiktionary`) is a little farther.
 */
export function distance(typed: string, name: string): number {
  const space = name.indexOf(' ')
  const fromFirstWord = distanceFromStart(typed, name)
  return space < 0 ? fromFirstWord : Math.min(fromFirstWord, 0.1 + distance(typed, name.slice(space + 1)))
}

function distanceFromStart(typed: string, name: string): number {
  if (typed === '') return 1
  if (name === typed) return 0
  if (name.startsWith(typed)) return 0.1
  // One slip in a code of two or three letters, then one more with every four letters.
  const limit = Math.min(typed.length - 1, Math.max(1, Math.floor(typed.length / 4)))
  const slips = slipsBetween(typed, name, limit)
  return slips === null ? 1 : 0.1 + (0.9 * slips) / (Math.max(typed.length, name.length) + 1)
}

/**
 * Letters to insert, remove, replace or swap with their neighbour to make one text of the other (optimal string
 * alignment); `null` when it takes more than `limit`, which is found out without doing all of the work.
 */
function slipsBetween(a: string, b: string, limit: number): number | null {
  if (Math.abs(a.length - b.length) > limit) return null
  // Three rows of the table are enough, and rows of plain numbers are quick: this runs for every name there is.
  let before = new Uint16Array(b.length + 1)
  let last = new Uint16Array(b.length + 1)
  let row = new Uint16Array(b.length + 1)
  for (let j = 0; j <= b.length; j++) last[j] = j
  for (let i = 1; i <= a.length; i++) {
    row[0] = i
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let slips = Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, at(before, j - 2) + 1)
      row[j] = slips
      if (slips < least) least = slips
    }
    if (least > limit) return null
    const spare = before
    before = last
    last = row
    row = spare
  }
  return at(last, b.length) > limit ? null : at(last, b.length)
}

const at = (row: Uint16Array, index: number): number => row[index] as number
