/** What has to be taken away when a test file is over, even if its tests failed before they did so. */
export const leftovers = new Set<{ drop(): void }>()
