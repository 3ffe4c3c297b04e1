/** First halves of the keys of advisory locks: "WCS1". */
export const LOCKS = 0x57435331
/** Second halves. */
export const LOCK = {
  /** The schema is being brought to its newest version. */
  migrate: 1,
  /** Shared by appends, alone while the horizon is raised: no append under way may bring a row back behind it. */
  horizon: 2,
  /** Partitions are made or dropped. */
  days: 3,
} as const

/** Numbers of rows that belong to one append; more rows than that are refused, and come again in halves. */
export const NUMBERS_PER_APPEND = 131_072
