/** What is said of an entry `t` of a source: SQL, with the joins of `sourceCheck`. */
export interface Rule {
  /** True of an entry that is what its source says, and whose row says the same. */
  sound: string
  /** What is wrong with any other. */
  lacks: string
}

export const wallet = `'wallet:' || x.user_id`
export const from = (account: string, to: string): string => `t.debit_account = ${account} and t.credit_account = ${to}`

/** The part of the source behind a start, up to the next colon. */
export const idAfter = (start: string): string => {
  const rest = `substr(t.source, ${start.length + 1})`
  return `substr(${rest}, 1, instr(${rest} || ':', ':') - 1)`
}

/** The number that stands in the source behind a start (SQL). */
export const numberAfter = (start: string): string => `cast(substr(t.source, length(${start}) + 1) as integer)`
