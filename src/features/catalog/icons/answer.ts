import { t } from 'elysia'
import type { Drizzle } from '../../../db'
import { IdText } from '../../../http/schema'
import { securedHeaders } from '../../../http/security-headers'
import { notFound } from '../../../lib/errors'
import { findIcon } from './icons'

const ending = '.svg'
const yearInSeconds = 31_536_000

export const IconParams = t.Object({ iconHash: IdText })

/** A shop on another domain shows it too. Opened as a page of its own it can load nothing, whatever stands in it. */
export async function iconAnswer(on: Drizzle, file: string): Promise<Response> {
  const svg = file.endsWith(ending) ? await findIcon(on, file.slice(0, -ending.length)) : undefined
  if (svg === undefined) throw notFound('Icon')
  const headers = securedHeaders({
    'content-type': 'image/svg+xml',
    'cache-control': `public, max-age=${yearInSeconds}, immutable`,
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  })
  headers.set('cross-origin-resource-policy', 'cross-origin')
  return new Response(svg, { headers })
}
