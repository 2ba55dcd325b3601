import { matches } from './pattern'

/** Why a text has not that length or form, or holds what an environment variable can't carry. */
export function checkText(
  value: unknown,
  [min, max]: [min: number, max: number],
  pattern?: string,
  rule = 'must be a value of this form',
): string | undefined {
  if (typeof value !== 'string') return 'must be text'
  if (value.length < min || value.length > max) return `must have ${min} to ${max} characters`
  // A line break or NUL can't be carried by an environment variable safely.
  if (/\p{Cc}/u.test(value)) return 'must not contain control characters'
  if (pattern && !matches(pattern, value)) return rule
  return undefined
}
