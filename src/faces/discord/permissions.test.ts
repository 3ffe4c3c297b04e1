import { PermissionFlagsBits as Flags, OverwriteType } from 'discord.js'
import { expect, test } from 'vitest'
import { missingOf, permissionsOf } from './permissions.ts'

const ROLE = { id: '1', permissions: String(Flags.ViewChannel | Flags.SendMessages) } as never
const BOTS = { id: '7', permissions: String(Flags.EmbedLinks) } as never
const STANDING = { guild: '1', user: '9', roles: [ROLE, BOTS], member: { roles: ['7'] }, overwrites: [] }
const overwrite = (id: string, type: OverwriteType, allow: bigint, deny: bigint) => ({
  ...{ id, type, allow: String(allow), deny: String(deny) },
})

test("the server's roles add up; roles that the bot does not have do not count", () => {
  expect(permissionsOf(STANDING)).toBe(Flags.ViewChannel | Flags.SendMessages | Flags.EmbedLinks)
  expect(permissionsOf({ ...STANDING, member: { roles: [] } })).toBe(Flags.ViewChannel | Flags.SendMessages)
})

test('a channel takes from everyone, gives to a role, takes from the bot itself, in this order', () => {
  const everyone = overwrite('1', OverwriteType.Role, 0n, Flags.SendMessages)
  const role = overwrite('7', OverwriteType.Role, Flags.SendMessages, 0n)
  const itself = overwrite('9', OverwriteType.Member, 0n, Flags.EmbedLinks)
  const others = overwrite('8', OverwriteType.Role, Flags.AttachFiles, 0n)
  expect(permissionsOf({ ...STANDING, overwrites: [itself, role, everyone, others] })).toBe(
    Flags.ViewChannel | Flags.SendMessages,
  )
  expect(permissionsOf({ ...STANDING, overwrites: [everyone] })).toBe(Flags.ViewChannel | Flags.EmbedLinks)
})

test('an administrator may all, whatever a channel says', () => {
  const admin = { id: '7', permissions: String(Flags.Administrator) } as never
  const overwrites = [overwrite('1', OverwriteType.Role, 0n, Flags.SendMessages)]
  const all = permissionsOf({ ...STANDING, roles: [ROLE, admin], overwrites })
  expect(missingOf(all, { isThread: false })).toEqual([])
})

test('what is missing has the names of Discord’s settings, and is another in threads', () => {
  const some = Flags.ViewChannel | Flags.SendMessages | Flags.AttachFiles
  expect(missingOf(some, { isThread: false })).toEqual(['Embed Links'])
  expect(missingOf(some, { isThread: true })).toEqual(['Send Messages in Threads', 'Embed Links'])
  const text = Flags.ViewChannel | Flags.SendMessages | Flags.EmbedLinks
  expect(missingOf(text, { isThread: false })).toEqual(['Attach Files'])
  expect(missingOf(text, { isThread: false, isText: true })).toEqual([])
})
