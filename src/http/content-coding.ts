import { promisify } from 'node:util'
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  gzip,
  gzipSync,
  zstdCompress,
  zstdCompressSync,
} from 'node:zlib'
import { setBounded } from '../lib/bounded-map'

/** The codings that we have, the one that makes the least of our answers first. */
const codings = ['br', 'zstd', 'gzip'] as const
export type Coding = (typeof codings)[number]

/** Headers that were read before: a browser sends the same with each request. */
const known = new Map<string, Coding | undefined>()
const mostKnown = 500
/** Longer than what any browser sends; whoever sends more gets the plain bytes. */
const longest = 200

/** What of an answer's codings a caller likes best, and of those the smallest; undefined for the plain bytes. */
export function codingOf(request: Request): Coding | undefined {
  const accepted = request.headers.get('accept-encoding')
  if (accepted === null || accepted.length > longest) return undefined
  const before = known.get(accepted)
  if (before !== undefined || known.has(accepted)) return before
  const chosen = choose(accepted)
  setBounded(known, mostKnown, accepted, chosen)
  return chosen
}

function choose(accepted: string): Coding | undefined {
  const weights = new Map(accepted.toLowerCase().split(',').map(weigh))
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0
  let best: Coding | undefined
  // What is not named at all is welcome as well, but only as the plain bytes.
  let most = weights.get('identity') ?? 0
  for (const coding of codings) {
    const weight = weightOf(coding)
    if (weight > 0 && weight >= most && (best === undefined || weight > most)) {
      best = coding
      most = weight
    }
  }
  return best
}

/** `gzip;q=0.5` → ['gzip', 0.5] */
function weigh(part: string): [name: string, weight: number] {
  const [name = '', ...parameters] = part.split(';').map((word) => word.trim())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return [name, weight >= 0 && weight <= 1 ? weight : 0]
}

/** So much takes less than a millisecond. */
export const mostCompressedHere = 32 * 1024

const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const here: Record<Coding, (bytes: Uint8Array) => Buffer> = {
  br: (bytes) => brotliCompressSync(bytes, brotli),
  zstd: (bytes) => zstdCompressSync(bytes),
  gzip: (bytes) => gzipSync(bytes),
}
const elsewhere: Record<Coding, (bytes: Uint8Array) => Promise<Buffer>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, brotli),
  zstd: promisify(zstdCompress),
  gzip: promisify(gzip),
}

/** At once. For no more than `mostCompressedHere`. */
export const compressHere = (coding: Coding, bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(here[coding](bytes))

/** Off the thread: the pages of a large shop take milliseconds. */
export const compressElsewhere = async (coding: Coding, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await elsewhere[coding](bytes))
