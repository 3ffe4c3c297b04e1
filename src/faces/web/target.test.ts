import { expect, test } from 'vitest'
import { readTarget } from './target.ts'

function read(url: string, hosts: readonly string[], httpVersion = '1.1') {
  const rawHeaders = ['Accept', 'host', ...hosts.flatMap((host, i) => [i === 0 ? 'Host' : 'hOST', host])]
  const [host] = hosts
  const request = { url, headers: host === undefined ? {} : { host }, rawHeaders, httpVersion }
  const { status } = readTarget(request) ?? {}
  return status ?? `${request.headers.host} ${request.url}`
}

test.each([
  ['/a?b=http://c/d', 'localhost /a?b=http://c/d'],
  ['http://evil.example/a?b', 'evil.example /a?b'],
  ['HTTP://Evil.example:80/a', 'Evil.example:80 /a'],
  ['https://user@localhost/a', 'user@localhost /a'],
  ['http://evil.example', 'evil.example /'],
  ['http://evil.example?a=b/c', 'evil.example /?a=b/c'],
  ['http:///a', ' /a'],
  ['http:/a', 'localhost http:/a'],
  ['//evil.example/a', 'localhost //evil.example/a'],
  ['ftp://evil.example/a', 'localhost ftp://evil.example/a'],
  ['*', 'localhost *'],
])('%s', (url, expected) => expect(read(url, ['localhost'])).toBe(expected))

test('exactly one Host, but none before HTTP/1.1', () => {
  expect(read('/', [])).toBe(400)
  expect(read('/', [], '1.0')).toBe('undefined /')
  expect(read('/', [''])).toBe(' /')
  expect(read('/', ['localhost', 'localhost'])).toBe(400)
  expect(read('http://localhost/', ['localhost', 'evil.example'], '1.0')).toBe(400)
})
