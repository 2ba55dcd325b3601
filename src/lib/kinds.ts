/**
 * Every kind of thing the house speaks of, by the word that the audit log and paths use for it, with the prefix of its ids:
 * a pasted id says what it is. Those without one go by a name.
 */
export const kinds = {
  user: 'usr',
  session: 'ses',
  token: 'tok',
  link: 'lnk',
  category: 'cat',
  service: 'svc',
  plan: 'pln',
  transaction: 'txn',
  adjustment: 'ent',
  'top-up': 'top',
  'payment-case': 'case',
  refund: 'ref',
  voucher: 'vch',
  'voucher-use': 'vus',
  subscription: 'sub',
  instance: 'ins',
  rollout: 'rol',
  trial: 'trl',
  job: 'job',
  mail: 'mail',
  suppression: 'sup',
  event: 'evt',
  request: 'req',
  'job-kind': undefined,
  schedule: undefined,
  template: undefined,
  route: undefined,
  database: undefined,
  catalog: undefined,
  sandbox: undefined,
} as const satisfies Record<string, string | undefined>

export type Kind = keyof typeof kinds

/** The kinds whose things carry an id. */
export type KindWithId = { [K in Kind]: (typeof kinds)[K] extends string ? K : never }[Kind]

/** One thing, as the audit log names it. */
export interface Thing {
  kind: Kind
  id: string
}

export const isKind = (word: string): word is Kind => Object.hasOwn(kinds, word)
