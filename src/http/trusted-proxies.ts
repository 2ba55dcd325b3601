import type { BlockList } from 'node:net'
import { familyOf, isInRanges, parseIpRanges } from '../lib/ip-ranges'

/** More hops than any way through real proxies; a longer list is a made-up one. */
const maxHops = 32

/** What a request says of its way counts only as far as it was written by proxies we trust. */
export class TrustedProxies {
  readonly any: boolean
  readonly #ranges: BlockList

  constructor(ranges: readonly string[]) {
    this.#ranges = parseIpRanges(ranges)
    this.any = ranges.length > 0
  }

  trusts(peer: string | undefined): boolean {
    return this.any && isInRanges(this.#ranges, peer ?? '')
  }

  /**
   * Who calls: from the right, the first address that is none of the proxies. `X-Forwarded-For` goes before `Forwarded`, and
   * both before `X-Real-IP`.
   */
  addressOf(peer: string | undefined, headers: Headers): string {
    let address = plainOf(peer ?? 'unknown')
    if (!this.trusts(address)) return address
    for (const hop of hopsOf(headers).slice(-maxHops).reverse()) {
      const next = addressIn(hop)
      // A hop that hides its name: whoever handed it on is the last one we know.
      if (next === undefined) return address
      address = next
      if (!this.trusts(address)) return address
    }
    return address
  }
}

function hopsOf(headers: Headers): string[] {
  const list = headers.get('x-forwarded-for')
  if (list !== null) return list.split(',')
  const forwarded = headers.get('forwarded')
  if (forwarded !== null) return forwarded.split(',').map((hop) => /(?:^|;)\s*for=([^;]*)/i.exec(hop)?.[1] ?? '')
  const real = headers.get('x-real-ip')
  return real === null ? [] : [real]
}

/** `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `"[2001:db8::1]:5678"`. */
function addressIn(hop: string): string | undefined {
  const text = hop.trim().replace(/^"(.*)"$/, '$1')
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1')
  return familyOf(bare) ? plainOf(bare) : undefined
}

/** A socket for both versions shows an address of version 4 as an IPv4-mapped one. */
const plainOf = (text: string): string => text.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
