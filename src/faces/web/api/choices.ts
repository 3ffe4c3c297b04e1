/** What can be chosen among. */

/** Lengths of the pieces of time that are counted. */
export const BUCKETS = ['minute', 'hour', 'day'] as const

/** Of what the most changed ones can be asked for. */
export const RANKED = ['page', 'user', 'wiki'] as const
export type Ranked = (typeof RANKED)[number]
