import { AppError } from '../../lib/errors'

const maxUrlLength = 2_048
const defaultPorts: readonly number[] = [80, 443, 8080, 8443]

export interface Target {
  protocol: 'http:' | 'https:'
  /** As the certificate must have it: lower case, without a dot at the end, an IPv6 address without its brackets. */
  hostname: string
  port: number
  /** What the Host header says. */
  host: string
  /** Path and query. */
  path: string
}

/**
 * What of an address can be judged before anything is looked up: for the moment in which a person saves it.
 * @throws AppError VALIDATION_ERROR, which does not repeat the address
 */
export function parseTarget(url: string, allowedPorts: readonly number[] = defaultPorts): Target {
  if (url.length > maxUrlLength) throw refused(`is longer than ${maxUrlLength} characters`)
  if (!URL.canParse(url)) throw refused('is not a URL')
  const { protocol, username, password, hostname, port, pathname, search } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') throw refused('must begin with https:// or http://')
  if (username !== '' || password !== '') throw refused('must not contain a user name or password')
  const plain = hostname.replace(/\.$/, '')
  if (plain === '') throw refused('names no host')
  const number = Number(port || (protocol === 'https:' ? 443 : 80))
  if (!allowedPorts.includes(number)) throw refused(`must use one of the ports ${allowedPorts.join(', ')}`)
  return {
    protocol,
    hostname: plain.replace(/^\[|\]$/g, ''),
    port: number,
    host: port === '' ? plain : `${plain}:${port}`,
    path: pathname + search,
  }
}

export const refused = (why: string): AppError => new AppError('VALIDATION_ERROR', `The address ${why}`)
