/** Something that must be true of every row of a table by itself and what it refers to. All SQL, about the row `t`. */
export interface RowCheck {
  name: string
  table: string
  /** One row at most for each `t`, by a unique key: several times as fast as asking in `wrong`. Aliases are the table's checks' together. */
  joins?: readonly string[]
  /** True of a row that is wrong. */
  wrong: string
  /** The words that name the row and what is wrong with it. */
  says: string
  /** About the rowids themselves: where they follow each other without a gap there is nothing to find. */
  aboutGaps?: boolean
}

/** The mismatches of a table's rows between two rowids, the first exclusive. */
export const mismatchesOf = (check: RowCheck): string =>
  `select ${check.says} ${between(check.table, [check])} and (${check.wrong})`

/** Whether any of a table's checks finds anything between two rowids: one look at each row instead of one for every check. */
export const anyMismatchOf = (table: string, checks: readonly RowCheck[]): string =>
  `select 1 ${between(table, checks)} and (${checks.map(({ wrong }) => `(${wrong})`).join(' or ') || 'false'}) limit 1`

function between(table: string, checks: readonly RowCheck[]): string {
  const joins = new Set(checks.flatMap((check) => check.joins ?? []))
  return `from "${table}" t ${[...joins].map((join) => `left join ${join}`).join(' ')} where t.rowid > ? and t.rowid <= ?`
}

interface Numbered {
  table: string
  /** What stands before the number when it is shown. */
  word: string
  /** The number before the first. */
  before: number
}

/** Numbers without a gap, from the first on. What was cut off at the end shows where something refers to it. */
export const numberGaps = ({ table, word, before }: Numbered): RowCheck => ({
  name: `${table}: numbers`,
  table,
  wrong: `t.number <= ${before} or (t.number > ${before + 1} and not exists (select 1 from ${table} p where p.number = t.number - 1))`,
  says: `'${word}' || t.number || ': ' || case when t.number <= ${before} then 'before the first number' else 'the number before it is missing' end`,
  aboutGaps: true,
})
