import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { AppError } from '../../lib/errors'
import type { MayReach } from './reach'
import { refused, type Target } from './target'

/** Every address of a name; empty, or an error, where it has none. */
export type Resolve = (hostname: string) => Promise<string[]>

/** An answer can name dozens; whoever can't be reached at the first few is not there. */
const maxTried = 3

export const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/**
 * The addresses to connect to, each of them checked. One that may not be reached spoils them all: who owns the name would
 * else only have to wait until chance picks it.
 * @throws AppError VALIDATION_ERROR, which tells nothing of where the name leads; UNAVAILABLE where it leads nowhere
 */
export async function resolveTarget(
  { hostname }: Target,
  resolve: Resolve,
  mayReach: MayReach,
  signal: AbortSignal,
): Promise<string[]> {
  const addresses = isIP(hostname) ? [hostname] : await unlessAborted(lookUp(hostname, resolve), signal)
  if (addresses.length === 0) throw new AppError('UNAVAILABLE', 'The receiver’s host does not resolve')
  if (!addresses.every(mayReach)) throw refused('leads to a network that may not be reached')
  // Version 6 last: a host without it can only wait for the time limit.
  return [...new Set(addresses)].sort((a, b) => isIP(a) - isIP(b)).slice(0, maxTried)
}

async function lookUp(hostname: string, resolve: Resolve): Promise<string[]> {
  try {
    return await resolve(hostname)
  } catch (cause) {
    throw new AppError('UNAVAILABLE', 'The receiver’s host does not resolve', undefined, { cause })
  }
}

/** A look-up can't be called off; nobody waits for it any longer. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
