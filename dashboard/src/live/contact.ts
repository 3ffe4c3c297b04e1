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

/** How often it was lost and is there again: who asks from time to time asks at once then. */
export const returns = signal(0)

/** Says how it is now. */
export function tellContact(now: Contact): void {
  if (now.state === 'open' && isLost) returns.value++
  if (now.state !== 'connecting') isLost = now.state === 'waiting'
  contact.value = now
}

let isLost = false
