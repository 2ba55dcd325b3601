import { BlockList, isIP } from 'node:net'

type IpFamily = 'ipv4' | 'ipv6'

/** Undefined for what is no address, and for one with a zone (`fe80::1%eth0`): it means something to a single host only. */
export function familyOf(text: string): IpFamily | undefined {
  const version = text.includes('%') ? 0 : isIP(text)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}

/**
 * Addresses and blocks (`192.0.2.1`, `10.0.0.0/8`) as one list. A range of version 4 holds its IPv4-mapped addresses too.
 * @throws RangeError that names the first text that is neither
 */
export function parseIpRanges(texts: readonly string[]): BlockList {
  const ranges = new BlockList()
  for (const text of texts) {
    const [address = '', length, ...more] = text.split('/')
    const family = familyOf(address)
    const bits = bitsOf(length, family === 'ipv4' ? 32 : 128)
    if (!family || bits === undefined || more.length > 0)
      throw new RangeError(`${JSON.stringify(text)} is no range of addresses such as 10.0.0.0/8`)
    ranges.addSubnet(address, bits, family)
  }
  return ranges
}

export function isInRanges(ranges: BlockList, address: string): boolean {
  const family = familyOf(address)
  return family !== undefined && ranges.check(address, family)
}

function bitsOf(length: string | undefined, size: number): number | undefined {
  if (length === undefined) return size
  return /^\d{1,3}$/.test(length) && Number(length) <= size ? Number(length) : undefined
}
