import type { MailContent } from '../content'

/** Those that there are: a mail of an older version may lack one. */
export const factsOf = (...facts: [label: string, value: string | null | undefined][]): MailContent['facts'] =>
  facts.flatMap(([label, value]) => (value ? [{ label, value }] : []))
