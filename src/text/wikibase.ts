import type { Language } from '../language/language.ts'
import { type Key, plain } from '../language/messages.ts'

/**
 * The automatic comments of Wikibase (Wikidata, structured data on Commons) in words. They come as
 * `key:count|language or site|argument|…`. What is listed under `add`, `set`… stands for `key-add`, `key-set`….
 */
const keys: Readonly<Record<string, Extract<Key, `wikibase.${string}`>>> = {
  'wbcreate-new': 'wikibase.newEntity',
  wbcreateclaim: 'wikibase.claimCreated',
  'wbcreateclaim-create': 'wikibase.claimCreated',
  'wbcreateclaim-value': 'wikibase.claimCreated',
  'wbcreateclaim-novalue': 'wikibase.claimCreated',
  'wbcreateclaim-somevalue': 'wikibase.claimCreated',
  wbcreateredirect: 'wikibase.redirected',
  wbeditentity: 'wikibase.entityChanged',
  'wbeditentity-create': 'wikibase.newEntity',
  'wbeditentity-create-item': 'wikibase.newItem',
  'wbeditentity-create-property': 'wikibase.newProperty',
  'wbeditentity-create-lexeme': 'wikibase.newLexeme',
  'wbeditentity-override': 'wikibase.entityCleared',
  'wbeditentity-update': 'wikibase.entityChanged',
  'wbeditentity-update-languages': 'wikibase.termsChanged',
  'wbeditentity-update-languages-short': 'wikibase.termsChangedIn',
  'wbeditentity-update-languages-and-other': 'wikibase.termsAndOtherChanged',
  'wbeditentity-update-languages-and-other-short': 'wikibase.termsAndOtherChangedIn',
  'wblinktitles-connect': 'wikibase.linkAddedToConnect',
  'wblinktitles-create': 'wikibase.itemCreatedToConnect',
  'wbmergeitems-from': 'wikibase.mergedFrom',
  'wbmergeitems-to': 'wikibase.mergedInto',
  wbremoveclaims: 'wikibase.claimRemoved',
  'wbremoveclaims-remove': 'wikibase.claimRemoved',
  'wbremoveclaims-update': 'wikibase.claimRemoved',
  'wbremovequalifiers-remove': 'wikibase.qualifierRemoved',
  'wbremovereferences-remove': 'wikibase.referenceRemoved',
  'wbsetaliases-add': 'wikibase.aliasAdded',
  'wbsetaliases-add-remove': 'wikibase.aliasesAddedAndRemoved',
  'wbsetaliases-remove': 'wikibase.aliasRemoved',
  'wbsetaliases-set': 'wikibase.aliasesChanged',
  'wbsetaliases-update': 'wikibase.aliasesChanged',
  'wbsetclaim-create': 'wikibase.claimCreated',
  'wbsetclaim-update': 'wikibase.claimChanged',
  'wbsetclaim-update-qualifiers': 'wikibase.qualifiersChanged',
  'wbsetclaim-update-rank': 'wikibase.rankChanged',
  'wbsetclaim-update-references': 'wikibase.referencesChanged',
  wbsetclaimvalue: 'wikibase.claimValueChanged',
  'wbsetdescription-add': 'wikibase.descriptionAdded',
  'wbsetdescription-remove': 'wikibase.descriptionRemoved',
  'wbsetdescription-set': 'wikibase.descriptionChanged',
  'wbsetlabel-add': 'wikibase.labelAdded',
  'wbsetlabel-remove': 'wikibase.labelRemoved',
  'wbsetlabel-set': 'wikibase.labelChanged',
  wbsetlabeldescriptionaliases: 'wikibase.allTermsChanged',
  'wbsetqualifier-add': 'wikibase.qualifierAdded',
  'wbsetqualifier-update': 'wikibase.qualifierUpdated',
  'wbsetreference-add': 'wikibase.referenceAdded',
  'wbsetreference-set': 'wikibase.referenceChanged',
  'wbsetsitelink-add': 'wikibase.linkAdded',
  'wbsetsitelink-add-both': 'wikibase.linkWithBadgesAdded',
  'wbsetsitelink-remove': 'wikibase.linkRemoved',
  'wbsetsitelink-set': 'wikibase.linkChanged',
  'wbsetsitelink-set-badges': 'wikibase.badgesChanged',
  'wbsetsitelink-set-both': 'wikibase.linkAndBadgesChanged',
  'clientsitelink-remove': 'wikibase.clientPageDeleted',
  'clientsitelink-update': 'wikibase.clientPageMoved',
  'special-create-item': 'wikibase.newItem',
  'special-create-property': 'wikibase.newProperty',
  restore: 'wikibase.restored',
  undo: 'wikibase.undone',
}

/**
 * An automatic comment of Wikibase in words, or `null` for anything else, as a section's name is. One with an
 * unknown key (extensions add their own) reads as its key: `wbfoo-add-bar` as "foo add bar".
 */
export function readWikibaseComment(marker: string, language: Language): string | null {
  const [, key = '', rest = ''] = /^([a-z]+(?:-[a-z]+)*)(?::(\d*\|.*|\d+))?$/s.exec(marker) ?? []
  // A section may be called "undo": the keys that are common words need their arguments.
  if (!key.startsWith('wb') && rest === '') return null
  const known = Object.hasOwn(keys, key) ? keys[key] : undefined
  if (known === undefined) return key.startsWith('wb') ? key.slice(2).replaceAll('-', ' ') : null
  const [, where = '', what = '', more = ''] = rest.split('|')
  const inBrackets = (name: string) => name && `[${name}]`
  // Where a page was moved or deleted, all of them are sites.
  const further = key.startsWith('clientsitelink-') ? inBrackets : (name: string) => name
  const values = { where: inBrackets(where), what: further(what), more: further(more) }
  return plain(language, { key: known, values }).replace(/\s+/g, ' ').trim()
}
