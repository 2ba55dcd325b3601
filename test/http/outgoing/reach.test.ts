import { expect, test } from 'bun:test'
import { createReach } from '../../../src/http/outgoing/reach'

const refused: Record<string, string[]> = {
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  'link-local and metadata': ['169.254.0.1', '169.254.169.254', 'fe80::1', 'febf::1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  'multicast and broadcast': ['224.0.0.1', '239.255.255.255', '255.255.255.255', '240.0.0.1', 'ff02::1'],
  'documentation and benchmarks': ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '3fff::1'],
  'unique local': ['fc00::1', 'fdff::1'],
  'site-local': ['fec0::1'],
  mapped: ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '0:0:0:0:0:ffff:a9fe:a9fe'],
  compatible: ['::127.0.0.1', '::10.0.0.1', '::8.8.8.8'],
  NAT64: ['64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::808:808'],
  tunnels: ['2002:7f00:1::', '2002:808:808::1', '2001:0:1::1'],
  'no address': [
    '',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '010.0.0.1',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::1',
    'fe80::1%eth0',
    '::ffff:1.2.3',
    '8.8.8.8/32',
    ' 8.8.8.8',
    '12345::',
  ],
}

for (const [what, addresses] of Object.entries(refused)) {
  test(`not to be reached: ${what}`, () => {
    const mayReach = createReach()
    expect(addresses.filter(mayReach)).toEqual([])
  })
}

test('the internet can be reached, up to the edges of what is not', () => {
  const mayReach = createReach()
  const open = [
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
    ],
    ...[
      '169.253.255.255',
      '169.255.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
      '192.169.0.0',
      '223.255.255.255',
    ],
    ...['2606:4700:4700::1111', '2a00:1450:4009::', '2001:200::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
  ]
  expect(open.filter((address) => !mayReach(address))).toEqual([])
})

test('the cluster’s own ranges are refused though they are public, and one in the operator’s network can be let in', () => {
  const mayReach = createReach({
    refused: ['8.8.0.0/16', '2606:4700::/32', '10.9.0.1'],
    allowed: ['10.9.0.0/24', 'fd00::5'],
  })
  for (const address of [
    '8.8.4.4',
    '::ffff:8.8.4.4',
    '64:ff9b::8.8.4.4',
    '2606:4700::1',
    '10.9.0.1',
    '10.9.1.1',
    'fd00::6',
  ]) {
    expect(mayReach(address)).toBe(false)
  }
  for (const address of ['8.9.0.1', '10.9.0.2', '::ffff:10.9.0.2', 'fd00::5']) expect(mayReach(address)).toBe(true)
})

test('an option that is no range stops the start', () => {
  for (const range of ['10.0.0.0/33', '10.0.0/8', 'cluster', '::/129', '10.0.0.0/', '10.0.0.0/8/8']) {
    expect(() => createReach({ refused: [range] })).toThrow('is no range of addresses')
  }
})
