import type { RowCheck } from './row-check'
import { sourceRules } from './source-rules'

/** What is said of a source that none of the forms knows. */
export const unknownForm = 'a source of no known form'

const chosen = (then: 'wrong' | 'words'): string => {
  const cases = sourceRules.map(
    ({ matches, sound, lacks }) => `when ${matches} then ${then === 'wrong' ? `(${sound}) is not true` : `'${lacks}'`}`,
  )
  return `case ${cases.join('\n')} else ${then === 'wrong' ? 'true' : `'${unknownForm}'`} end`
}

/** Every entry names what caused it, and finds its row there: with a row that was removed money came from nowhere. */
export const sourceCheck: RowCheck = {
  name: 'source of an entry',
  table: 'ledger_entries',
  joins: [
    'transactions x on x.number = t.transaction_number',
    'ledger_entries r on r.number = t.reverses',
    'charges c on c.transaction_number = t.transaction_number',
  ],
  wrong: chosen('wrong'),
  says: `'entry ' || t.number || ': ' || t.amount || ' from ' || t.debit_account || ' to ' || t.credit_account || ' by ' || t.source
    || ', ' || ${chosen('words')}`,
}
