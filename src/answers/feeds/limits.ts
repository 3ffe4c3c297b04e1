/** More feeds nobody reads in one channel, or in the direct messages of one person. */
export const FEEDS_PER_CHANNEL = 25
export const FEEDS_PER_PLACE = 100
export const WATCHES_PER_PERSON = 50
/** A feed of more changes a day is noise: one every four seconds, day and night. */
export const CHANGES_PER_DAY = 20_000
/** From less than this, in ms, nothing is concluded about a day. */
export const LEAST_MEASURED_MS = 10 * 60_000
