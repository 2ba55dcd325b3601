import type { Books } from './books'
import { columnCases } from './column-cases'
import { checkCases, uniqueCases } from './constraint-cases'
import { effectCases } from './effect-cases'
import { Judge, nameOf, type ProvenCase, type Verdict } from './judge'
import { nameCases } from './name-cases'
import { triggerCases } from './rule-cases'
import { listRules, type SchemaRule } from './schema-rules'

export interface Mutation {
  verdicts: (Verdict & { kind: SchemaRule['kind'] })[]
  /** Rules that no case is about. */
  unproven: string[]
  /** Cases about a rule that is not there (any more). */
  strangers: string[]
}

/** Takes every rule of the schema away once, and lets the cases about it say what becomes of it. */
export function mutate(books: Books): Mutation {
  const rules = listRules(books.connection)
  const refusals = new Map<string, ProvenCase[]>()
  for (const each of namedCases(books, rules)) {
    refusals.set(each.rule, [...(refusals.get(each.rule) ?? []), each])
  }
  const judge = new Judge(books)
  try {
    const verdicts = rules.flatMap((rule) => judgeRule(judge, rule, refusals))
    const proven = new Set(verdicts.map(({ kind, rule }) => `${kind} ${rule}`))
    const known = new Set(rules.map(({ name }) => name))
    return {
      verdicts,
      unproven: rules.map(({ kind, name }) => `${kind} ${name}`).filter((name) => !proven.has(name)),
      strangers: [...refusals.keys(), ...effectCases.map(({ rule }) => rule)].filter((name) => !known.has(name)),
    }
  } finally {
    judge.close()
  }
}

function judgeRule(judge: Judge, rule: SchemaRule, refusals: Map<string, ProvenCase[]>): Mutation['verdicts'] {
  const { kind, name } = rule
  // A column may have two rules under its one name: each has its own words.
  const words = { 'not null': 'NOT NULL', 'foreign key': 'FOREIGN KEY' }[kind as string] ?? ''
  const about = (refusals.get(name) ?? []).filter(({ says }) => says.startsWith(words))
  const effects = effectCases.filter((effect) => effect.rule === name)
  return [
    ...about.map((refusal) => judge.judgeRefusal(refusal, rule)),
    ...effects.map((effect) => judge.judgeEffect(effect, rule)),
  ].map((verdict) => ({ ...verdict, kind }))
}

function namedCases(books: Books, rules: SchemaRule[]): ProvenCase[] {
  const written = [...triggerCases, ...checkCases, ...uniqueCases, ...nameCases]
  return [...written.map((each) => ({ ...each, test: nameOf(each) })), ...columnCases(books.connection, rules)]
}
