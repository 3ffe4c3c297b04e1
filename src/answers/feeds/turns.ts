const last = new Map<string, Promise<unknown>>()

/** Does one work after another that is about the same: what one has checked, the next one cannot change meanwhile. */
export function inTurn<T>(about: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(about) ?? Promise.resolve()
  const done = before.then(work, work)
  last.set(about, done)
  const leave = () => {
    if (last.get(about) === done) last.delete(about)
  }
  done.then(leave, leave)
  return done
}
