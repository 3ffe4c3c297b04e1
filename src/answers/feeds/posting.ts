import type { Feeds } from '../../contracts.ts'
import type { Document } from '../document.ts'

/** What a face that posts by itself offers where it is asked. */
export interface Posting {
  readonly feeds: Feeds
  /** `direct`: alone with the person. `away`: among others, in a place that has not taken the bot in. */
  readonly here: 'direct' | 'away' | { readonly channel: string }
  /**
   * What it would take to post in a channel of the place where it is asked, as the face calls it; nothing where it can,
   * as far as is known. `null`: the place has no such channel.
   */
  lackingIn(channel: string, what: 'text' | 'pictures'): Promise<readonly string[] | null>
  /** Writes to the person directly; `false` where they take no such messages. */
  write(document: Document): Promise<boolean>
}
