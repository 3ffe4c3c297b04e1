/**
 * The automatic comments of Wikibase (Wikidata, structured data on Commons) in words. They come as
 * `key:count|language or site|argument|…`; `$2` is the language or site, `$3` the first argument, as in Wikibase's
 * own messages, whose English wording this is. What is listed under `add`, `set`… stands for `key-add`, `key-set`….
 */
const words: Readonly<Record<string, string>> = {
  'wbcreate-new': 'Created a new entity',
  wbcreateclaim: 'Created claim',
  'wbcreateclaim-create': 'Created claim',
  'wbcreateclaim-value': 'Created claim',
  'wbcreateclaim-novalue': 'Created claim',
  'wbcreateclaim-somevalue': 'Created claim',
  wbcreateredirect: 'Redirected to $4',
  wbeditentity: 'Changed the entity',
  'wbeditentity-create': 'Created a new entity',
  'wbeditentity-create-item': 'Created a new item',
  'wbeditentity-create-property': 'Created a new property',
  'wbeditentity-create-lexeme': 'Created a new lexeme',
  'wbeditentity-override': 'Cleared the entity',
  'wbeditentity-update': 'Changed the entity',
  'wbeditentity-update-languages': 'Changed label, description and/or aliases',
  'wbeditentity-update-languages-short': 'Changed label, description and/or aliases in $3',
  'wbeditentity-update-languages-and-other': 'Changed label, description and/or aliases, and other parts',
  'wbeditentity-update-languages-and-other-short':
    'Changed label, description and/or aliases in $3, and other parts',
  'wblinktitles-connect': 'Added a link to connect pages',
  'wblinktitles-create': 'Created this item to connect pages',
  'wbmergeitems-from': 'Merged item from $3',
  'wbmergeitems-to': 'Merged item into $3',
  wbremoveclaims: 'Removed claim',
  'wbremoveclaims-remove': 'Removed claim',
  'wbremoveclaims-update': 'Removed claim',
  'wbremovequalifiers-remove': 'Removed qualifier',
  'wbremovereferences-remove': 'Removed reference from claim',
  'wbsetaliases-add': 'Added [$2] alias',
  'wbsetaliases-add-remove': 'Added and removed [$2] aliases',
  'wbsetaliases-remove': 'Removed [$2] alias',
  'wbsetaliases-set': 'Changed [$2] aliases',
  'wbsetaliases-update': 'Changed [$2] aliases',
  'wbsetclaim-create': 'Created claim',
  'wbsetclaim-update': 'Changed claim',
  'wbsetclaim-update-qualifiers': 'Changed qualifiers of claim',
  'wbsetclaim-update-rank': 'Changed rank of claim',
  'wbsetclaim-update-references': 'Changed references of claim',
  wbsetclaimvalue: 'Changed the value of a claim',
  'wbsetdescription-add': 'Added [$2] description',
  'wbsetdescription-remove': 'Removed [$2] description',
  'wbsetdescription-set': 'Changed [$2] description',
  'wbsetlabel-add': 'Added [$2] label',
  'wbsetlabel-remove': 'Removed [$2] label',
  'wbsetlabel-set': 'Changed [$2] label',
  wbsetlabeldescriptionaliases: 'Changed [$2] label, description and aliases',
  'wbsetqualifier-add': 'Added qualifier',
  'wbsetqualifier-update': 'Changed qualifier',
  'wbsetreference-add': 'Added reference to claim',
  'wbsetreference-set': 'Changed reference of claim',
  'wbsetsitelink-add': 'Added link to [$2]',
  'wbsetsitelink-add-both': 'Added link with badges to [$2]',
  'wbsetsitelink-remove': 'Removed link to [$2]',
  'wbsetsitelink-set': 'Changed link to [$2]',
  'wbsetsitelink-set-badges': 'Changed badges for [$2]',
  'wbsetsitelink-set-both': 'Changed link and badges for [$2]',
  'clientsitelink-remove': 'Page on [$3] deleted',
  'clientsitelink-update': 'Page moved from [$3] to [$4]',
  'special-create-item': 'Created a new item',
  'special-create-property': 'Created a new property',
  restore: 'Restored revision $3 by $4',
  undo: 'Undid revision $3 by $4',
}

/**
 * An automatic comment of Wikibase in words, or `null` for anything else, as a section's name is. One with an
 * unknown key (extensions add their own) reads as its key: `wbfoo-add-bar` as "foo add bar".
 */
export function readWikibaseComment(marker: string): string | null {
  const [, key = '', rest = ''] = /^([a-z]+(?:-[a-z]+)*)(?::(\d*\|.*|\d+))?$/s.exec(marker) ?? []
  // A section may be called "undo": the keys that are common words need their arguments.
  if (!key.startsWith('wb') && rest === '') return null
  const known = Object.hasOwn(words, key) ? words[key] : undefined
  if (known === undefined) return key.startsWith('wb') ? key.slice(2).replaceAll('-', ' ') : null
  const args = rest.split('|')
  return known
    .replace(/\[?\$(\d)\]?/g, (place, at: string) => {
      const argument = args[Number(at) - 1] ?? ''
      return place.startsWith('[') && argument !== '' ? `[${argument}]` : argument
    })
    .replace(/\s+/g, ' ')
    .trim()
}
