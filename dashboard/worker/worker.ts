/**
 * The service worker: with it the page opens also while the program does not run, and shows what it last said. Whatever
 * can be had from the program is had from there; only what never changes is taken from what was kept.
 */
const worker = self as unknown as ServiceWorkerGlobalScope

const PAGE = 'page-1'
const ANSWERS = 'answers-1'
/** Answers that are kept: those of the last few views. */
const MOST_ANSWERS = 60

worker.addEventListener('install', (event) => {
  event.waitUntil(worker.skipWaiting())
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(worker.clients.claim())
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== worker.location.origin) return
  if (request.mode === 'navigate') {
    if (pathname === '/') event.respondWith(freshOr(PAGE, request, '/'))
  } else if (pathname.startsWith('/assets/')) event.respondWith(keptOr(PAGE, request))
  else if (pathname.startsWith('/api/') && pathname !== '/api/changes/stream')
    event.respondWith(freshOr(ANSWERS, request))
})

/** What the program says; what it said last where it cannot be reached. */
async function freshOr(name: string, request: Request, key: string | Request = request): Promise<Response> {
  const cache = await caches.open(name)
  try {
    const response = await fetch(request)
    if (response.ok) {
      await cache.put(key, response.clone())
      await trim(cache)
    }
    return response
  } catch (error) {
    const kept = await cache.match(key)
    if (kept === undefined) throw error
    return kept
  }
}

/** Files whose name changes with their content. */
async function keptOr(name: string, request: Request): Promise<Response> {
  const cache = await caches.open(name)
  const kept = await cache.match(request)
  if (kept !== undefined) return kept
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

async function trim(cache: Cache): Promise<void> {
  const keys = await cache.keys()
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_ANSWERS)).map((key) => cache.delete(key)))
}
