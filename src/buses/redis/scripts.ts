/**
 * What Redis does for the bus, each as one step that nothing comes between.
 *
 * An entry's id is `G-N`: G is when the stream was made, N grows by one from entry to entry. So an entry that does not
 * follow the one that was delivered before it says that some in between are gone, which Redis itself tells nobody.
 *
 * Fields of an entry: `b` the batch as bytes, `s` its source, `p` its position as JSON (left out: it has none), `n` its
 * events, `g` the loss after which it was published.
 *
 * Fields of the state: `lost` names the last loss; `rewound:SOURCE` the one after which that source was read again;
 * `events` those in the stream; `hole` the entry behind which some are known to be gone.
 */

/** The one group. */
const COMMON = `
local stream, state, dead, group = KEYS[1], KEYS[2], KEYS[3], 'store'
redis.pcall('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')

local function named(flat)
  local fields = {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end
local function parts(id)
  local made, number = string.match(id, '^(%d+)-(%d+)$')
  return made, tonumber(number)
end
local function isBefore(a, b)
  local madeA, numberA = parts(a)
  local madeB, numberB = parts(b)
  if madeA == madeB then return numberA < numberB end
  return tonumber(madeA) < tonumber(madeB)
end
local function follows(id, last)
  local made, number = parts(id)
  local lastMade, lastNumber = parts(last)
  if made == lastMade then return number == lastNumber + 1 end
  return number == 0
end
local function lastDelivered()
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local info = named(flat)
    if info.name == group then return info['last-delivered-id'] end
  end
end
local function markLoss()
  local time = redis.call('TIME')
  redis.call('HSET', state, 'lost', time[1] .. '.' .. time[2])
end
-- Of entries that should follow the one that was delivered last; a hole that is known is no second loss.
local function checkHole(id, last)
  if follows(id, last) or redis.call('HGET', state, 'hole') == last then return end
  redis.call('HSET', state, 'hole', last)
  markLoss()
end
local function lost()
  return redis.call('HGET', state, 'lost') or ''
end
local function isRewound(source)
  return lost() == '' or redis.call('HGET', state, 'rewound:' .. source) == lost()
end
local function settle(id, events)
  redis.call('XACK', stream, group, id)
  if redis.call('XDEL', stream, id) == 1 then redis.call('HINCRBY', state, 'events', 0 - tonumber(events)) end
  -- What others took out of the stream was not counted.
  if redis.call('XLEN', stream) == 0 then redis.call('HSET', state, 'events', 0) end
end
`

/**
 * Takes a batch: source, position, events, bytes, how many entries there may be, the id that was taken last (or ''),
 * the loss after which the source was read again (or ''). Gives 'taken' and the id; 'full'; or 'lost' and the loss
 * after which the source is to be read again.
 */
export const PUBLISH = `${COMMON}
local source, position, events, bytes, most, last, told = unpack(ARGV)
local info = named(redis.call('XINFO', 'STREAM', stream))
local newest = info['last-generated-id']
if last ~= '' and isBefore(newest, last) then markLoss() end
if not isRewound(source) and told ~= lost() then return { 'lost', lost() } end
if info.length >= tonumber(most) then return { 'full' } end
if lost() ~= '' then redis.call('HSET', state, 'rewound:' .. source, lost()) end
local made = parts(newest)
if made == '0' then made = redis.call('TIME')[1] end
local fields = { 's', source, 'n', events, 'g', lost(), 'b', bytes }
if position ~= '' then
  fields[#fields + 1] = 'p'
  fields[#fields + 1] = position
end
redis.call('HINCRBY', state, 'events', events)
return { 'taken', redis.call('XADD', stream, made .. '-*', unpack(fields)) }
`

/** Of a source: the loss after which it is to be read again (or ''), and the position of the newest batch, if it has one. */
export const POSITION = `${COMMON}
local source = ARGV[1]
local last = lastDelivered()
local first = redis.call('XRANGE', stream, '(' .. last, '+', 'COUNT', 1)[1]
if first then checkHole(first[1], last) end
if not isRewound(source) then return { lost() } end
local upTo = '+'
while true do
  local entry = redis.call('XREVRANGE', stream, upTo, '-', 'COUNT', 1)[1]
  if not entry then return { lost() } end
  local fields = named(entry[2])
  if fields.s == source and fields.p then
    if fields.g == lost() then return { lost(), fields.p } end
    return { lost() }
  end
  upTo = '(' .. entry[1]
end
`

/**
 * Takes the consumer, after how many ms an entry is taken from another one, and what is acknowledged: id (or '') and
 * events. Gives the next entry (id, attempt, loss, fields), or the id after which the next one will come.
 *
 * First what this consumer has been given already and not acknowledged, then what a dead one has, then what is new.
 */
export const READ = `${COMMON}
local consumer, claimAfter, acked, ackedEvents = unpack(ARGV)
if acked ~= '' then settle(acked, ackedEvents) end
local function delivery(entry)
  local pending = redis.call('XPENDING', stream, group, entry[1], entry[1], 1)
  return { entry[1], pending[1][4], lost(), entry[2] }
end
local function read(from)
  local streams = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, 'STREAMS', stream, from)
  return streams and streams[1] and streams[1][2][1]
end

local own = read('0')
while own do
  if own[2] then return delivery(own) end
  redis.call('XACK', stream, group, own[1])
  markLoss()
  own = read('0')
end

local cursor = '0-0'
repeat
  local claimed = redis.call('XAUTOCLAIM', stream, group, consumer, claimAfter, cursor, 'COUNT', 1)
  if #claimed[3] > 0 then markLoss() end
  if claimed[2][1] then return delivery(claimed[2][1]) end
  cursor = claimed[1]
until cursor == '0-0'

local last = lastDelivered()
local new = read('>')
if new then
  checkHole(new[1], last)
  return delivery(new)
end
-- Nothing to do: consumers that died long ago are forgotten, but never with what they hold.
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  local other = named(flat)
  if other.pending == 0 and other.idle > 3600000 then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, other.name)
  end
end
return { last }
`

/** Takes the consumer and an entry: it is worked on still. */
export const KEEP = `${COMMON}
local consumer, id = unpack(ARGV)
if #redis.call('XPENDING', stream, group, id, id, 1, consumer) > 0 then
  redis.call('XCLAIM', stream, group, consumer, 0, id, 'JUSTID')
end
`

/** Takes the consumer, after how many ms others may have what it holds, and what is acknowledged: id (or '') and events. */
export const LEAVE = `${COMMON}
local consumer, claimAfter, acked, ackedEvents = unpack(ARGV)
if acked ~= '' then settle(acked, ackedEvents) end
local held = redis.call('XPENDING', stream, group, '-', '+', 1000, consumer)
for _, pending in ipairs(held) do
  redis.call('XCLAIM', stream, group, consumer, 0, pending[1], 'IDLE', claimAfter, 'JUSTID')
end
if #held == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer) end
`

/** Takes an entry, its events, and why it cannot be read: puts it to the dead letters. */
export const BURY = `${COMMON}
local id, events, reason = unpack(ARGV)
local entry = redis.call('XRANGE', stream, id, id)[1]
if entry then
  local fields = { 'reason', reason, 'id', id }
  for i = 1, math.min(#entry[2], 200) do fields[#fields + 1] = entry[2][i] end
  redis.call('XADD', dead, 'MAXLEN', '~', 1000, '*', unpack(fields))
end
settle(id, events)
`

/** Gives how many batches and events there are. */
export const WAITING = `${COMMON}
local batches = redis.call('XLEN', stream)
if batches == 0 then return { 0, 0 } end
return { batches, math.max(0, tonumber(redis.call('HGET', state, 'events') or '0')) }
`
