/** Canonical names of the namespaces every MediaWiki has; their local names are not in the events. */
const names = [
  '(Main)',
  'Talk',
  'User',
  'User talk',
  'Project',
  'Project talk',
  'File',
  'File talk',
  'MediaWiki',
  'MediaWiki talk',
  'Template',
  'Template talk',
  'Help',
  'Help talk',
  'Category',
  'Category talk',
]

/** A namespace by its number, in English: `Talk`; the number of those that wikis add. */
export const namespaceName = (number: string): string => names[Number(number)] ?? number
