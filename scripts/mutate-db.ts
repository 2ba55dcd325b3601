// bun run mutate:db: takes every rule of the database away, one after the other, and shows that its test then fails.
import { type Books, openBooks } from '../test/db/books'
import { type Mutation, mutate } from '../test/db/mutation'

const widths = { kind: 11, rule: 38, test: 72, with: 44, without: 44 } as const

const startedAt = performance.now()
const books: Books = await openBooks()
let found: Mutation
try {
  found = mutate(books)
} finally {
  books.close()
}

print({ kind: 'kind', rule: 'rule', test: 'test', with: 'with the rule', without: 'without it' }, ' ')
for (const verdict of found.verdicts) print(verdict, verdict.proven ? '✓' : '✗')
const failed = found.verdicts.filter(({ proven }) => !proven)
for (const name of found.unproven) console.error(`✗ ${name}: no case is about it`)
for (const name of found.strangers) console.error(`✗ ${name}: there is a case, but no such rule`)
const failures = failed.length + found.unproven.length + found.strangers.length
const rules = new Set(found.verdicts.map(({ kind, rule }) => `${kind} ${rule}`)).size
console.log(
  `\n${rules} rules, ${found.verdicts.length} cases, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
)
console.log(`${found.verdicts.length - failed.length} passed, ${failures} failed`)
process.exit(failures === 0 ? 0 : 1)

function print(row: Record<keyof typeof widths, string>, mark: string): void {
  const cells = Object.entries(widths).map(([name, width]) => fit(row[name as keyof typeof widths], width))
  console.log(`${mark} ${cells.join(' ')}`.trimEnd())
}

function fit(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ')
  return (line.length > width ? `${line.slice(0, width - 1)}…` : line).padEnd(width)
}
