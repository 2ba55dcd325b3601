import type { BlockList } from 'node:net'
import { AppError } from '../../lib/errors'
import { familyOf, isInRanges, parseIpRanges } from '../../lib/ip-ranges'

/** Version 4 addresses that are nobody's on the internet (IANA's special-purpose registry), multicast and reserved. */
const notPublicV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
/** Within the internet's part of version 6: protocol assignments with Teredo, documentation, 6to4. */
const notPublicV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
/** NAT64's well-known prefix: an address of version 4 in its last 32 bits. */
const nat64 = '64:ff9b::'
/** Of version 6 only 2000::/3 is the internet: loopback, link-local, unique local and multicast all lie outside. */
const internet = rangesOf(['0.0.0.0/0', '2000::/3'])
const notPublic = rangesOf([...notPublicV4, ...notPublicV6])

export interface ReachOptions {
  /** Not to be reached whatever they are: the cluster's pods, services and nodes. CIDR. */
  refused?: string[]
  /** To be reached although they are not public: a receiver in the operator's own network. CIDR. */
  allowed?: string[]
}

/** Says of an address whether we may connect to it. */
export type MayReach = (address: string) => boolean

/** @throws AppError CONFIG_FAILED for an option that is no range */
export function createReach({ refused = [], allowed = [] }: ReachOptions = {}): MayReach {
  const never = rangesOf(refused)
  const exempt = rangesOf(allowed)
  return (address) => {
    if (isInRanges(never, address)) return false
    if (isInRanges(exempt, address)) return true
    return isInRanges(internet, address) && !isInRanges(notPublic, address)
  }
}

/** A range of version 4 holds its IPv4-mapped addresses by itself; those that NAT64 translates are added. */
function rangesOf(texts: string[]): BlockList {
  try {
    return parseIpRanges(texts.flatMap((text) => [text, ...translated(text)]))
  } catch (error) {
    throw new AppError('CONFIG_FAILED', (error as Error).message)
  }
}

function translated(text: string): string[] {
  const [address = '', length = '32'] = text.split('/')
  return familyOf(address) === 'ipv4' ? [`${nat64}${address}/${96 + Number(length)}`] : []
}
