/**
 * A web address for people and logs: a name and password in it (`https://name:password@…`), and what stands behind its
 * `?`, may be secrets. Only `since`, which is ours, is shown.
 */
export function shownAddress(address: string): string {
  const { protocol, username, password, host, pathname, searchParams } = new URL(address)
  const user = username === '' && password === '' ? '' : '…@'
  const since = searchParams.get('since')
  const rest = [...searchParams.keys()].some((name) => name !== 'since')
  const query = [...(since === null ? [] : [`since=${since}`]), ...(rest ? ['…'] : [])].join('&')
  return `${protocol}//${user}${host}${pathname}${query === '' ? '' : `?${query}`}`
}
