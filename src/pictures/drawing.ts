/** The process that draws: takes one chart after another from `painter.ts`, answers each; ends when that one lets go. */
import type { Chart } from '../answers/document.ts'
import { messageOf } from '../errors.ts'
import { draw } from './draw.ts'

export type Drawn = { readonly png: Uint8Array } | { readonly error: string }

/** What the native code holds is not seen as garbage by size: after so many pictures it is let go of. */
const SWEEP_AFTER = 16
let count = 0

process.on('message', (chart: Chart) => {
  process.send?.(drawn(chart))
  if (++count % SWEEP_AFTER === 0) globalThis.gc?.()
})

function drawn(chart: Chart): Drawn {
  try {
    return { png: draw(chart) }
  } catch (error) {
    return { error: messageOf(error) }
  }
}
