import type { MailSource } from '../config'

const atoms = /^[\w!#$%&'*+/=?^`{|}~ -]+$/

/** Name and address as a header has them; what is no plain word is quoted. */
export function mailboxOf({ name, address }: MailSource): string {
  if (name === '') return address
  const written = atoms.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
  return `${written} <${address}>`
}
