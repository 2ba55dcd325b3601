import { tagsOf } from '../../../http/entity-tags'
import { AppError } from '../../../lib/errors'

/** The tag of a thing that is counted up with each change. */
export const tagOf = ({ version }: { version: number }): string => `"${version}"`

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
