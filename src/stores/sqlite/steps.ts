/**
 * Work in steps of some milliseconds: each `yield` lets others have their turn, and gives whether the time for this
 * work is over: then it ends with what it has.
 */
export type Steps<Result> = Generator<void, Result, boolean>

/** Steps that are done at once, where whoever waits for something else waits for them: they are few. */
const FEW = 3

/** The result of work that takes no more than a few steps; `null` for one that takes more. */
export function ifFew<Result>(steps: Steps<Result>): { readonly result: Result } | null {
  for (let done = 0; done < FEW; done++) {
    const step = steps.next(false)
    if (step.done) return { result: step.value }
  }
  return null
}
