import { AppError } from '../lib/errors'
import { tagsOf } from './entity-tags'
import { ok } from './schema'

/** The tag of a thing that is counted up with each change. */
export const tagOf = ({ version }: { version: number }): string => `"${version}"`

/** One thing with the tag that a write to it has to name. */
export function tagged<T extends { version: number }>(set: { headers: Record<string, string | number> }, data: T) {
  set.headers.etag = tagOf(data)
  return ok(data)
}

/**
 * The tags of the versions of which a write was made, as `If-Match` names them; undefined for `*`, which takes any.
 * @throws AppError PRECONDITION_REQUIRED without one
 */
export function expectedTags(request: Request): string[] | undefined {
  const given = request.headers.get('if-match')?.trim()
  if (given === undefined) {
    throw new AppError('PRECONDITION_REQUIRED', 'Say in If-Match which version you have read: its ETag, or * for any')
  }
  return given === '*' ? undefined : tagsOf(given)
}

/** @throws AppError PRECONDITION_FAILED if it was changed since it was read */
export function assertUnchanged(row: { version: number }, expected: string[] | undefined): void {
  if (expected !== undefined && !expected.includes(tagOf(row))) throw stale(row.version)
}

const stale = (version: number): AppError =>
  new AppError('PRECONDITION_FAILED', 'It was changed since you read it: read it again, then decide', { version })
