import { signal } from '@preact/signals'

/** Whether changes come. */
export type Contact =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** It failed, and is tried again; `at` is UTC ms. */
  | { readonly state: 'waiting'; readonly at: number }
  /** What is looked at is not to be had: it is not tried again. */
  | { readonly state: 'refused' }

export const contact = signal<Contact>({ state: 'connecting' })
