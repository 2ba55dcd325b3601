import { AppError } from '../../lib/errors'
import { type IpAddress, type IpRange, isInRange, parseIp, parseIpRange } from '../../lib/ip-address'

/** Version 4 addresses that are nobody's on the internet (IANA's special-purpose registry), multicast and reserved. */
const notPublicV4 = ranges(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
)
/** Of version 6 only this is the internet: loopback, link-local, unique local and multicast all lie outside. */
const publicV6 = ranges('2000::/3')
/** Within it: protocol assignments with Teredo, documentation, 6to4. */
const notPublicV6 = ranges('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20')
/** A version 4 address in the clothes of version 6: mapped, and translated by the well-known prefix. */
const carriesV4 = ranges('::ffff:0:0/96', '64:ff9b::/96')

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
  const never = ranges(...refused)
  const exempt = ranges(...allowed)
  return (text) => {
    const given = parseIp(text)
    if (!given) return false
    const address = plainOf(given)
    if (isIn(never, address)) return false
    return isIn(exempt, address) || isPublic(address)
  }
}

const isPublic = (address: IpAddress): boolean =>
  address.version === 4 ? !isIn(notPublicV4, address) : isIn(publicV6, address) && !isIn(notPublicV6, address)

const plainOf = (address: IpAddress): IpAddress =>
  isIn(carriesV4, address) ? { version: 4, value: address.value & 0xffff_ffffn } : address

const isIn = (list: IpRange[], address: IpAddress): boolean => list.some((range) => isInRange(address, range))

function ranges(...texts: string[]): IpRange[] {
  return texts.map((text) => {
    const range = parseIpRange(text)
    if (!range)
      throw new AppError('CONFIG_FAILED', `${JSON.stringify(text)} is no range of addresses such as 10.0.0.0/8`)
    return range
  })
}
