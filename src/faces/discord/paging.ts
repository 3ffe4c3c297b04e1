import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js'
import type { Answer } from '../../answers/answer.ts'
import type { Context } from '../../answers/command.ts'
import { filterText, readFilterText } from '../../answers/filter-words.ts'
import { recentPage } from '../../answers/recent.ts'
import type { Cursor, Notes } from '../../contracts.ts'
import type { Language } from '../../language/language.ts'
import { type BareKey, text } from '../../language/messages.ts'

type Direction = 'newer' | 'older' | 'newest'
type Row = APIActionRowComponent<APIButtonComponent>

/** Longer ids Discord does not take. */
const CUSTOM_ID = 100

/** Longer texts of filters are kept by the store, and their name is written in their place, behind this mark. */
const FILTER = 40
const NOTE = '#'

/**
 * Buttons to what is beside a list. What they lead to stands in their ids (a filter of many words: in the store), so
 * they work as long as the message is there, whatever has become of the program since. None for an answer that is no
 * list, or is all there is.
 */
export async function pageButtons(
  answer: Answer,
  language: Language,
  store: Notes,
): Promise<{ components?: Row[] }> {
  if (answer.kind !== 'recent' || (answer.older === null && answer.newer === null)) return {}
  const { scope, limit, older, newer } = answer
  const filter = filterText(answer.filter)
  const written = filter.length > FILTER ? NOTE + (await store.keepNote(filter)) : filter
  const button = (direction: Direction, label: BareKey, cursor: Cursor | null): APIButtonComponent => ({
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    label: text(language, label),
    custom_id: `recent ${direction} ${limit} ${cursor ?? '-'} ${scope.code} ${written}`.trimEnd(),
    disabled: cursor === null,
  })
  const buttons = [
    button('newest', 'face.newest', answer.offset === 0 ? null : ''),
    button('newer', 'face.newer', newer),
    button('older', 'face.older', older),
  ]
  if (buttons.some((each) => 'custom_id' in each && each.custom_id.length > CUSTOM_ID)) return {}
  return { components: [{ type: ComponentType.ActionRow, components: buttons }] }
}

/** What a button leads to; `null` for the id of a button that is none of these, or leads nowhere any more. */
export async function pageOf(customId: string, context: Context): Promise<Answer | null> {
  const [, direction, limit, cursor, scope, written = ''] =
    /^recent (newer|older|newest) (\d{1,2}) (\S*) (\S+)(?: (.+))?$/.exec(customId) ?? []
  if (direction === undefined || scope === undefined || cursor === undefined) return null
  const text = written.startsWith(NOTE) ? await context.store.note(written.slice(NOTE.length)) : written
  const filter = text === null ? null : readFilterText(text)
  if (filter === null) return null
  const from = direction === 'newer' ? { after: cursor } : direction === 'older' ? { before: cursor } : {}
  return recentPage(scope, filter, Number(limit), from, context)
}
