type QueryValue = string | number | boolean | undefined

/** `?a=1&b=2`, or nothing where no value is set. Zero and false are values. */
export function query(values: Record<string, QueryValue>): string {
  let text = ''
  for (const name in values) {
    const value = values[name]
    if (value !== undefined) text += `${text === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`
  }
  return text
}
