import { afterAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { parseConfig } from '../../src/config'
import { networkOf } from '../../src/http/network-of'
import { contextOf } from '../../src/http/request-context'
import { TrustedProxies } from '../../src/http/trusted-proxies'
import { startEdge } from './edge'

const trusting = (...ranges: string[]) => {
  const proxies = new TrustedProxies(ranges)
  return (peer: string | undefined, headers: Headers) => proxies.addressOf(peer, headers)
}
const chain = (value: string) => new Headers({ 'x-forwarded-for': value })

describe('whose word about an address counts', () => {
  test('nobody’s, unless proxies are named', () => {
    expect(trusting()('10.0.0.1', chain('203.0.113.7'))).toBe('10.0.0.1')
  })

  test('not that of a peer that is no trusted proxy', () => {
    const addressOf = trusting('10.0.0.0/8')
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded']) {
      expect(addressOf('203.0.113.9', new Headers({ [name]: '198.51.100.1' }))).toBe('203.0.113.9')
    }
    expect(addressOf(undefined, chain('198.51.100.1'))).toBe('unknown')
  })

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    // What the client itself had written before the first proxy added its own.
    ['127.0.0.1, 198.51.100.66, 203.0.113.7', '203.0.113.7'],
    ['203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['198.51.100.66, 203.0.113.7,10.0.0.3 , 10.0.0.2', '203.0.113.7'],
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['2001:DB8::7', '2001:db8::7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['203.0.113.7, unknown', '10.0.0.1'],
    ['203.0.113.7, unknown, 10.0.0.2', '10.0.0.2'],
    ['<script>', '10.0.0.1'],
    ['203.0.113.007', '10.0.0.1'],
    ['', '10.0.0.1'],
    [',,,', '10.0.0.1'],
  ])(
    'behind a trusted proxy X-Forwarded-For %p is %s: the first from the right that we do not trust',
    (list, address) => {
      expect(trusting('10.0.0.0/8')('10.0.0.1', chain(list))).toBe(address)
    },
  )

  test.each([
    ['for=203.0.113.7', '203.0.113.7'],
    ['for="[2001:db8::7]:4711";proto=https;by=10.0.0.1', '2001:db8::7'],
    ['for=198.51.100.66, For="203.0.113.7:80" , proto=http;for=10.0.0.2', '203.0.113.7'],
    ['for=_hidden', '10.0.0.1'],
    ['by=10.0.0.1', '10.0.0.1'],
  ])('Forwarded %p is %s', (forwarded, address) => {
    expect(trusting('10.0.0.0/8')('10.0.0.1', new Headers({ forwarded }))).toBe(address)
  })

  test('X-Forwarded-For goes before Forwarded, which a proxy hands on as its client wrote it', () => {
    const headers = new Headers({ 'x-real-ip': '198.51.100.2', forwarded: 'for=198.51.100.1' })
    const addressOf = trusting('10.0.0.0/8')
    expect(addressOf('10.0.0.1', headers)).toBe('198.51.100.1')
    headers.set('x-forwarded-for', '203.0.113.7')
    expect(addressOf('10.0.0.1', headers)).toBe('203.0.113.7')
    expect(addressOf('10.0.0.1', new Headers({ 'x-real-ip': '203.0.113.8' }))).toBe('203.0.113.8')
  })

  test('a list of thousands of hops is read from the right for a few, in no time', () => {
    const hops = (trusted: number) => chain(['203.0.113.7', ...Array(trusted).fill('10.0.0.9')].join(','))
    expect(trusting('10.0.0.0/8')('10.0.0.1', hops(31))).toBe('203.0.113.7')
    expect(trusting('10.0.0.0/8')('10.0.0.1', hops(32))).toBe('10.0.0.9')
    expect(trusting('10.0.0.0/8')('10.0.0.1', hops(5_000))).toBe('10.0.0.9')
  })

  test('a socket for both versions shows an address of version 4 as an IPv4-mapped one', () => {
    expect(trusting()('::ffff:203.0.113.7', new Headers())).toBe('203.0.113.7')
    expect(trusting('10.0.0.0/8')('::ffff:10.0.0.1', chain('203.0.113.7'))).toBe('203.0.113.7')
    expect(trusting('fd00::/8')('fd00::1', chain('2001:db8::1'))).toBe('2001:db8::1')
  })
})

test('an address of version 6 stands for its network, one of version 4 for itself', () => {
  expect(networkOf('203.0.113.7')).toBe('203.0.113.7')
  expect(networkOf('2001:db8:1:2::1')).toBe(networkOf('2001:db8:1:2:ffff:ffff:ffff:ffff'))
  expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'))
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0/64')
  expect(networkOf('2001:0DB8:0000:0000:1:2:3:4')).toBe('2001:db8:0:0/64')
  expect(networkOf('::1')).toBe('0:0:0:0/64')
  expect(networkOf('1:2:3:4:5::')).toBe('1:2:3:4/64')
  expect(networkOf('8e33:2d52::9b:0:21.120.168.69')).toBe('8e33:2d52:0:0/64')
  for (const other of ['unknown', 'fe80::1%eth0', 'a:b', '']) expect(networkOf(other)).toBe(other)
})

describe('TRUSTED_PROXIES', () => {
  test('takes addresses and ranges of both versions', () => {
    const { trustedProxies } = parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,fd00::/8' })
    expect(trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.1', 'fd00::/8'])
    const proxies = new TrustedProxies(trustedProxies)
    const [inside, outside] = [
      ['10.255.0.1', '::ffff:10.0.0.1', '192.0.2.1', 'fdff::1'],
      ['11.0.0.1', '192.0.2.2', 'fe80::1', 'fd00::1%eth0', '::10.0.0.1', 'unknown'],
    ]
    expect(inside!.filter((address) => !proxies.trusts(address))).toEqual([])
    expect(outside!.filter((address) => proxies.trusts(address))).toEqual([])
    expect(parseConfig({}).trustedProxies).toEqual([])
  })

  test.each([
    'proxy.example.com',
    '10.0.0.0/33',
    '10.0.0',
    '*',
    '0.0.0.0/0',
    '10.0.0.0/8,::/0',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    '::ffff:0:0/96',
  ])('%p is a clear mistake', (value) => {
    expect(() => parseConfig({ TRUSTED_PROXIES: value })).toThrow(/^TRUSTED_PROXIES: must be addresses or ranges/)
  })
})

const edge = startEdge((app) => app.get('/whoami', ({ request }) => ({ address: contextOf(request).address })), {
  proxies: new TrustedProxies(['127.0.0.1/32']),
})
afterAll(() => edge.close())

test('several X-Forwarded-For lines of one request are one list', async () => {
  const socket = connect(Number(new URL(edge.url).port), '127.0.0.1')
  const lines = [
    'GET /whoami HTTP/1.1',
    'host: localhost',
    'x-forwarded-for: 198.51.100.66',
    'x-forwarded-for: 203.0.113.7',
  ]
  socket.write(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  expect(answer).toEndWith('{"address":"203.0.113.7"}')
})
