import { AppError } from '../../../lib/errors'

/** The tag of a thing that is counted up with each change. */
export const tagOf = ({ version }: { version: number }): string => `"${version}"`

/**
 * The version that a write was made from, as `If-Match` names it; undefined for `*`, which takes any.
 * @throws AppError PRECONDITION_REQUIRED without one, PRECONDITION_FAILED for what is no tag of ours
 */
export function expectedVersion(request: Request): number | undefined {
  const given = request.headers.get('if-match')?.trim()
  if (given === undefined) {
    throw new AppError('PRECONDITION_REQUIRED', 'Say in If-Match which version you have read: its ETag, or * for any')
  }
  if (given === '*') return undefined
  // A proxy that compressed the answer has weakened its tag.
  const [, digits] = /^(?:W\/)?"(\d{1,15})"$/.exec(given) ?? []
  if (digits === undefined) throw stale()
  return Number(digits)
}

/** @throws AppError PRECONDITION_FAILED if it was changed since it was read */
export function assertUnchanged({ version }: { version: number }, expected: number | undefined): void {
  if (expected !== undefined && version !== expected) throw stale(version)
}

const stale = (version?: number): AppError =>
  new AppError(
    'PRECONDITION_FAILED',
    'It was changed since you read it: read it again, then decide',
    version === undefined ? undefined : { version },
  )
