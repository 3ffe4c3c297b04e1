/** Which wikis a person means (the wikis room fills this in). */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'language'; readonly language: string }
  | { readonly kind: 'wiki'; readonly wiki: string }
