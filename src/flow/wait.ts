/** Resolves after `ms`, or at once when `stop` is aborted: the caller looks at `stop` for which it was. */
export function wait(ms: number, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      stop?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stop?.addEventListener('abort', done, { once: true })
  })
}

/** Resolves when `stop` is aborted. */
export function stopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** What `work` gives; rejects as soon as `stop` is aborted: then the work goes on unheard. */
export function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(new Error('stopped while it was under way'))
    if (stop.aborted) cut()
    stop.addEventListener('abort', cut, { once: true })
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', cut))
  })
}
