/** The commands about feeds and watched pages, asked as they are typed, of a real store. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aBatch, aChange, SITES } from '../../../test/changes.ts'
import { temporaryStore } from '../../../test/temporary-store.ts'
import type { Change } from '../../change.ts'
import type { Store } from '../../contracts.ts'
import { toText } from '../../faces/console/render.ts'
import type { Answer } from '../answer.ts'
import { answer, COMMANDS } from '../answers.ts'
import { HOUR_MS } from '../arguments.ts'
import type { Context, Place } from '../command.ts'
import type { Document } from '../document.ts'
import { word } from '../wording.ts'
import { FEEDS_PER_CHANNEL, FEEDS_PER_PLACE, WATCHES_PER_PERSON } from './limits.ts'
import type { Posting } from './posting.ts'

const NOW = Date.UTC(2026, 7, 5, 12)
const MANAGER: Place = { id: 'server 1', kind: 'server', mayManage: true }

interface Asking {
  readonly user?: string
  readonly place?: Place | null
  readonly here?: Posting['here']
  readonly lackingIn?: Posting['lackingIn']
  readonly write?: Posting['write']
}

/** Somebody who may manage the server in which they ask, unless something else is said. */
function contextOf(store: Store, asking: Asking = {}): Context {
  const { user = '77', place = MANAGER, here = { channel: '100' } } = asking
  const { lackingIn = async () => [], write = async () => true } = asking
  return {
    user,
    ...(place !== null && { place }),
    store,
    language: 'en',
    now: NOW,
    posting: { feeds: store, here, lackingIn, write },
  }
}

const alone = { place: null, here: 'direct' } as const

/** Asks; the answer as facts and in words. */
async function ask(store: Store, question: string, asking: Asking = {}) {
  const found = await answer(question, contextOf(store, asking))
  return { found, text: toText(word(found, 'en'), false) }
}

/** Edits of the last day, one an hour unless said. */
const edits = (count: number, everyMs: number, change: Partial<Change> = {}): Change[] =>
  Array.from({ length: count }, (_, i) =>
    aChange({ title: `Page ${i}`, ...change, at: NOW - i * everyMs - 1000 }),
  )

test('what is set up is what was said, and is said again in words', async () => {
  const store = await temporaryStore(edits(25, HOUR_MS))
  const { found, text } = await ask(store, '!feed add type:edit,new ns:main bots:no style:compact enwiki')
  expect(found).toMatchObject({ kind: 'feedSaved', what: 'added', measure: { count: 24 } })
  expect(await store.feeds()).toEqual([
    {
      id: 1,
      kind: 'feed',
      owner: '77',
      target: { kind: 'channel', channel: '100', place: 'server 1' },
      scope: 'enwiki',
      filter: { types: ['edit', 'new'], namespaces: [0], isBot: false },
      style: 'compact',
      language: 'en',
      state: 'active',
      createdAt: NOW,
    },
  ])
  for (const part of [
    'English Wikipedia',
    'no bots',
    '#100',
    'all in one list',
    '24 in the last 24 h',
    '!feed pause 1',
    '!feed remove 1',
  ])
    expect(text).toContain(part)
})

test('begins behind what is stored', async () => {
  const store = await temporaryStore(edits(3, HOUR_MS))
  await ask(store, '!feed add enwiki')
  expect(await store.cursors()).toEqual([{ id: 1, sent: await store.lastArrival(), sending: null }])
})

test('only those who may manage the place, where the bot is at home, and where it can post', async () => {
  const store = await temporaryStore()
  const place: Place = { ...MANAGER, mayManage: { needs: 'needs.manageServer' } }
  for (const question of [
    'feed add enwiki',
    'feed list',
    'feed edit 1 de',
    'feed pause 1',
    'feed remove 1',
    'feed preview 1',
  ]) {
    const { found, text } = await ask(store, question, { place })
    expect(found.kind).toBe('refusal')
    expect(text).toContain('you need the permission “Manage Server”')
  }
  expect((await ask(store, 'feed add enwiki', { place: null, here: 'away' })).text).toContain(
    'not added here',
  )
  const { posting: _, ...console } = contextOf(store)
  expect(await answer('feed add enwiki', console)).toMatchObject({
    kind: 'refusal',
    problem: { key: 'refusal.noPosting' },
  })
  const listed = (found: Answer) => (found.kind === 'help' ? found.commands.map(({ name }) => name) : [])
  expect(listed(await answer('help', console))).not.toContain('feed')
  expect(listed(await answer('help', contextOf(store)))).toContain(
    'feed add|preview|list|edit|pause|resume|remove',
  )
  expect(listed(await answer('help feed', contextOf(store)))).toContain('feed add')
  expect(listed(await answer('feed', contextOf(store)))).toContain('feed preview')
  expect(await answer('feed fly', contextOf(store))).toMatchObject({
    kind: 'refusal',
    accepts: { values: { last: '!feed remove' } },
  })
  expect(listed(await answer('лента', contextOf(store)))).toContain('feed preview')
  expect(await answer('!лента список', contextOf(store))).toMatchObject({ kind: 'feedList' })
  expect(await store.feeds()).toEqual([])
})

test('what the bot lacks in a channel is named; a channel of another place is none', async () => {
  const store = await temporaryStore()
  const asked: string[] = []
  const lackingIn = async (channel: string) => {
    asked.push(channel)
    return channel === '300' ? null : ['Send Messages', 'Embed Links']
  }
  const { text } = await ask(store, 'feed add channel:<#200> enwiki', { lackingIn })
  expect(text).toContain('I lack: Send Messages, Embed Links')
  expect((await ask(store, 'feed add channel:<#300> enwiki', { lackingIn })).text).toContain(
    'do not find that channel',
  )
  expect((await ask(store, 'feed add channel:general enwiki', { lackingIn })).text).toContain(
    'no channel “general”',
  )
  expect(asked).toEqual(['200', '300'])
  await ask(store, 'feed add channel:<#200> enwiki')
  expect(await store.feeds()).toMatchObject([{ target: { channel: '200' } }])
  expect((await ask(store, 'feed add channel:<#200> enwiki', alone)).found.kind).toBe('refusal')
})

test('the same once in a channel, also when it is asked for twice at once', async () => {
  const store = await temporaryStore()
  const both = await Promise.all([
    ask(store, 'feed add user:"A B" enwiki'),
    ask(store, 'feed add user:"a b" enwiki'),
  ])
  expect(both.map(({ found }) => found.kind)).toEqual(['feedSaved', 'refusal'])
  expect(both[1]?.text).toContain('Feed 1 posts exactly that there already')
  await ask(store, 'feed add user:"A B" enwiki', { here: { channel: '200' } })
  expect(await store.feeds()).toHaveLength(2)
  expect((await ask(store, 'feed add user:"A C" enwiki')).found.kind).toBe('feedSaved')
  expect((await ask(store, 'feed edit 3 user:"A B"')).text).toContain('Feed 1 posts exactly that')
})

test('so many in a channel, so many in a place', async () => {
  const store = await temporaryStore()
  for (let channel = 0; channel < FEEDS_PER_PLACE / FEEDS_PER_CHANNEL; channel++) {
    const here = { channel: String(channel) }
    for (let i = 0; i < FEEDS_PER_CHANNEL; i++)
      expect((await ask(store, `feed add user:U${i} enwiki`, { here })).found.kind).toBe('feedSaved')
    if (channel === 0)
      expect((await ask(store, 'feed add user:More enwiki', { here })).text).toContain(
        '25 feeds in that channel',
      )
  }
  const here = { channel: '999' }
  expect((await ask(store, 'feed add user:More enwiki', { here })).text).toContain('100 feeds here')
  await ask(store, 'feed remove 7')
  expect((await ask(store, 'feed add user:More enwiki', { here })).found.kind).toBe('feedSaved')
})

test('everything of all wikis is too much, and says how much that is', async () => {
  const store = await temporaryStore(edits(50, HOUR_MS / 2))
  for (const question of ['feed add *', 'feed add']) {
    const { found, text } = await ask(store, question)
    expect(found.kind).toBe('refusal')
    expect(text).toContain('48 in the last 24 h')
    expect(text).toContain('bots:no')
  }
  expect((await ask(store, 'feed preview *')).found).toMatchObject({
    isTooMuch: true,
    measure: { count: 48 },
  })
})

test('too much is told by what is stored, a day being extrapolated from an hour but not from a minute', async () => {
  const anHour = await temporaryStore([
    ...edits(1000, 3600),
    ...edits(1, 1, { site: SITES.dewiki, at: NOW - HOUR_MS }),
  ])
  const { text } = await ask(anHour, 'feed add enwiki')
  expect(text).toMatch(/1,000 in the 1 hour of the last 24 h that are stored, about 24,0\d\d a day/)
  expect((await ask(anHour, 'feed add dewiki')).found.kind).toBe('feedSaved')

  const aMinute = await temporaryStore(edits(60, 1000))
  expect((await ask(aMinute, 'feed add enwiki')).text).toContain('too little to tell')
  expect(await aMinute.feeds()).toHaveLength(1)
})

test('a preview has the number, and the newest as examples', async () => {
  const store = await temporaryStore([
    ...edits(30, HOUR_MS),
    ...edits(5, HOUR_MS, { site: SITES.dewiki, type: 'new', title: 'Neu', bytes: { old: null, new: 9 } }),
  ])
  const { found, text } = await ask(store, 'feed preview type:new')
  expect(found).toMatchObject({ kind: 'feedPreview', id: null, isTooMuch: false, measure: { count: 5 } })
  expect(text.match(/Neu/g)?.length).toBeGreaterThanOrEqual(3)
  expect(text).toContain('!feed add type:new *')
  await ask(store, 'feed add type:new de')
  expect((await ask(store, 'feed preview 1')).found).toMatchObject({
    id: 1,
    scope: { code: 'de' },
    measure: { count: 5 },
  })
  expect((await ask(store, 'feed preview dewiki')).found).toMatchObject({
    id: null,
    scope: { code: 'dewiki' },
  })
  // A question about what is stored is anybody's.
  const place: Place = { ...MANAGER, mayManage: { needs: 'needs.manageServer' } }
  expect((await ask(store, 'feed preview type:new', { place })).found.kind).toBe('feedPreview')
})

test('an edit changes what is said, and keeps the rest', async () => {
  const store = await temporaryStore()
  await ask(store, 'feed add type:edit bots:no min:500 title:"Foo bar*" enwiki')
  await ask(store, 'feed edit 1 min:50 style:compact')
  const [changed] = await store.feeds()
  expect(changed).toMatchObject({
    scope: 'enwiki',
    style: 'compact',
    filter: { types: ['edit'], isBot: false, minBytes: 50, title: 'Foo bar*' },
  })
  await ask(store, 'feed edit #1 min:0 bots:yes title:* type:any de')
  expect(await store.feeds()).toMatchObject([{ scope: 'de', style: 'compact', filter: {} }])
  expect((await store.feeds())[0]?.filter).toEqual({})
  expect((await ask(store, 'feed edit 1 new')).found).toMatchObject({
    what: 'edited',
    feed: { filter: { types: ['new'] } },
  })
  expect((await ask(store, 'feed edit 1 new:no')).found).toMatchObject({ what: 'edited' })
  expect((await ask(store, 'feed edit 1 style:compact')).found).toMatchObject({ what: 'unchanged' })
  for (const [question, part] of [
    ['feed edit 1', 'What is to be changed'],
    ['feed edit', 'Which feed'],
    ['feed edit 2 de', 'no feed “2”'],
    ['feed edit 1 style:loud', 'no style'],
    ['feed edit 1 type:none', 'type:none'],
    ['feed edit 1 xyzzy', 'xyzzy'],
  ] as const)
    expect((await ask(store, question)).text).toContain(part)
  // Two at once, of which neither undoes the other.
  await Promise.all([ask(store, 'feed edit 1 ns:talk'), ask(store, 'feed edit 1 min:7')])
  expect(await store.feeds()).toMatchObject([{ filter: { namespaces: [1], minBytes: 7 } }])
  await ask(store, 'feed edit 1 ns:* min:0 type:any user:Bob')
  const { text } = await ask(store, 'feed edit 1 user:* *')
  expect(text).toContain('too much')
  expect(await store.feeds()).toMatchObject([{ scope: 'de', filter: { user: 'Bob' } }])
})

test('pauses, and goes on from where it is resumed; so does one that was refused', async () => {
  const store = await temporaryStore(edits(2, HOUR_MS))
  await ask(store, 'feed add enwiki')
  expect((await ask(store, 'feed pause 1')).found).toMatchObject({
    what: 'paused',
    feed: { state: 'paused' },
  })
  expect((await ask(store, 'feed pause 1')).found).toMatchObject({ what: 'unchanged' })
  await store.append(aBatch(edits(3, HOUR_MS)))
  const { found, text } = await ask(store, 'feed resume 1')
  expect(found).toMatchObject({ what: 'resumed', feed: { state: 'active' } })
  expect(text).toContain('what came while it was stopped is left out')
  expect(await store.cursors()).toEqual([{ id: 1, sent: await store.lastArrival(), sending: null }])

  await store.changeFeed(1, { state: 'refused' })
  expect((await ask(store, 'feed list')).text).toContain('stopped, because I may not post there any more')
  const lacking = await ask(store, 'feed resume 1', { lackingIn: async () => ['View Channel'] })
  expect(lacking.text).toContain('View Channel')
  expect(await store.feeds()).toMatchObject([{ state: 'refused' }])
  await ask(store, 'feed resume 1')
  expect(await store.feeds()).toMatchObject([{ state: 'active' }])
})

test("a place's feeds and a person's own do not know of one another", async () => {
  const store = await temporaryStore()
  const elsewhere = { place: { ...MANAGER, id: 'server 2' }, here: { channel: '200' } }
  await ask(store, 'feed add user:One enwiki')
  await ask(store, 'feed add user:Two enwiki', elsewhere)
  await ask(store, 'feed add user:Three enwiki', alone)
  await ask(store, 'feed add user:Four enwiki', { ...alone, user: '78' })
  const numbers = async (asking: Asking) => {
    const { found } = await ask(store, 'feed list', asking)
    return found.kind === 'feedList' ? found.feeds.map(({ id }) => id) : null
  }
  expect(await numbers({})).toEqual([1])
  expect(await numbers(elsewhere)).toEqual([2])
  expect(await numbers(alone)).toEqual([3])
  const before = await store.feeds()
  for (const question of [
    'pause 2',
    'resume 3',
    'remove 4',
    'edit 2 de',
    'preview 3',
    'remove 99',
    'pause x',
  ])
    expect((await ask(store, `feed ${question}`)).found.kind, question).toBe('refusal')
  expect(await store.feeds()).toEqual(before)
  expect((await ask(store, 'feed remove 1')).found).toMatchObject({ what: 'removed', feed: { id: 1 } })
  expect(await numbers({})).toEqual([])
})

test('a page is watched for the person, wherever they ask, and no longer when they say so', async () => {
  const store = await temporaryStore(edits(3, HOUR_MS, { title: 'M*A*S*H' }))
  const written: Document[] = []
  const write = async (document: Document) => written.push(document) > 0
  const { found, text } = await ask(store, 'watch enwiki:m*A*S*H', { write })
  expect(found).toMatchObject({ kind: 'watchSaved', what: 'added', measure: { count: 3 } })
  expect(text).toContain('M*A*S*H')
  expect(written.map(({ title }) => title)).toEqual([['Watched']])
  expect(await store.feeds()).toMatchObject([
    {
      kind: 'watch',
      owner: '77',
      target: { kind: 'direct' },
      scope: 'enwiki',
      filter: { title: 'M\\*A\\*S\\*H' },
    },
  ])
  expect((await ask(store, 'watch https://en.wikipedia.org/wiki/M*A*S*H', { write })).found).toMatchObject({
    what: 'known',
  })
  await ask(store, 'watch [[de:Alan Turing]]', alone)
  expect(written).toHaveLength(1)
  const list = await ask(store, 'watching', alone)
  expect(list.text).toContain('#1 M*A*S*H')
  expect(list.text).toContain('#2 Alan Turing')
  expect((await ask(store, 'feed list', alone)).found).toMatchObject({ feeds: [] })
  expect((await ask(store, 'watching', { ...alone, user: '78' })).found).toMatchObject({ watches: [] })

  expect((await ask(store, 'unwatch 2', { ...alone, user: '78' })).found.kind).toBe('refusal')
  expect((await ask(store, 'unwatch alan_turing')).found).toMatchObject({ what: 'removed', watch: { id: 2 } })
  expect((await ask(store, 'unwatch #1')).found).toMatchObject({ what: 'removed', watch: { id: 1 } })
  expect(await store.feeds()).toEqual([])
})

test('a page of which the wiki is not known, and pages of one title on several', async () => {
  const store = await temporaryStore()
  expect((await ask(store, 'watch Alan Turing', alone)).text).toContain('On which wiki')
  await store.setScope('77', 'frwiki')
  for (const question of ['watch Alan Turing', 'watch Alan Turing scope:enwiki', 'watch Alan Turing dewiki'])
    expect((await ask(store, question, alone)).found, question).toMatchObject({
      what: 'added',
      watch: { title: 'Alan Turing' },
    })
  expect((await store.feeds()).map(({ scope }) => scope)).toEqual(['frwiki', 'enwiki', 'dewiki'])
  expect((await ask(store, 'unwatch Alan Turing', alone)).text).toContain('#1, #2, #3')
  expect((await ask(store, 'unwatch dewiki:Alan Turing', alone)).found).toMatchObject({ watch: { id: 3 } })
  expect((await ask(store, 'unwatch Alan Turing scope:enwiki', alone)).found).toMatchObject({
    watch: { id: 2 },
  })
  expect((await ask(store, 'unwatch Nothing', alone)).found.kind).toBe('refusal')
  expect((await ask(store, 'watch Foo scope:xyzzy', alone)).text).toContain('no wiki “xyzzy”')
})

test("a namespace by its English name is the wiki's own", async () => {
  const store = await temporaryStore([
    aChange({ site: SITES.dewiki, namespace: 3, title: 'Benutzer Diskussion:Jemand', at: NOW - HOUR_MS }),
    aChange({ site: SITES.dewiki, namespace: 0, title: 'User: ein Film', at: NOW - HOUR_MS }),
  ])
  for (const [said, title] of [
    ['dewiki:User talk:Foo:Bar', 'Benutzer Diskussion:Foo:Bar'],
    ['dewiki:Template:Foo', 'Template:Foo'],
    ['dewiki:2001: Odyssee', '2001: Odyssee'],
  ])
    expect((await ask(store, `watch ${said}`, alone)).found).toMatchObject({ watch: { title } })
  expect((await ask(store, 'unwatch dewiki:user_talk:foo:Bar', alone)).found).toMatchObject({
    watch: { id: 1 },
  })
})

test('who cannot be written to watches nothing', async () => {
  const store = await temporaryStore()
  const { text } = await ask(store, 'watch enwiki:Foo', {
    place: null,
    here: 'away',
    write: async () => false,
  })
  expect(text).toContain('I cannot write to you')
  expect(await store.feeds()).toEqual([])
})

test('so many pages for one person', async () => {
  const store = await temporaryStore()
  for (let i = 0; i < WATCHES_PER_PERSON; i++) await ask(store, `watch enwiki:Page ${i}`, alone)
  expect((await ask(store, 'watch enwiki:One more', alone)).text).toContain('50 pages already')
  expect(await store.feeds()).toHaveLength(WATCHES_PER_PERSON)
})

test('suggests pages changed lately, feeds and watches by number', async () => {
  const store = await temporaryStore([
    ...edits(2, HOUR_MS, { title: 'Alan Turing' }),
    ...edits(1, HOUR_MS, { title: 'Talk:Alan Turing', site: SITES.dewiki }),
  ])
  await ask(store, 'feed add bots:no enwiki')
  await ask(store, 'watch enwiki:Foo')
  const suggested = async (command: string, name: string, typed: string, given = {}, asking: Asking = {}) => {
    const parameter = COMMANDS.find((each) => each.name === command)?.parameters.find(
      (each) => each.name === name,
    )
    return ((await parameter?.suggest?.(typed, contextOf(store, asking), given)) ?? []).map(
      ({ value }) => value,
    )
  }
  expect(await suggested('watch', 'page', 'alan')).toEqual(['enwiki:Alan Turing', 'dewiki:Talk:Alan Turing'])
  expect(await suggested('watch', 'page', 'alan', { scope: 'enwiki' })).toEqual(['Alan Turing'])
  expect(await suggested('feed edit', 'number', '')).toEqual(['1'])
  expect(await suggested('feed edit', 'number', '', {}, alone)).toEqual([])
  expect(await suggested('unwatch', 'page', 'fo')).toEqual(['#2'])
})

test('property: whatever is said gets an answer, and changes nothing of others', async () => {
  const store = await temporaryStore(edits(5, HOUR_MS))
  await ask(store, 'feed add bots:no enwiki')
  await ask(store, 'watch enwiki:Foo')
  const before = await store.feeds()
  const words = fc.oneof(
    fc.constantFrom(
      'feed',
      'add',
      'edit',
      'pause',
      'remove',
      'watch',
      'unwatch',
      '1',
      '#2',
      '<#1>',
      'enwiki',
      '*',
      'new',
    ),
    fc.constantFrom(
      'type:',
      'type:new',
      'channel:',
      'style:compact',
      'user:"',
      'title:*',
      '[[de:',
      ']]',
      '\u001b[2J',
      '@everyone',
    ),
    fc.string({ unit: 'binary' }),
  )
  const stranger = { user: '99', place: { ...MANAGER, id: 'server 9' }, here: { channel: '900' } }
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 6 }), async (typed) => {
      const { text } = await ask(store, typed.join(' '), stranger)
      expect(text.trim()).not.toBe('')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    }),
  )
  expect((await store.feeds()).filter(({ owner }) => owner === '77')).toEqual(before)
})
