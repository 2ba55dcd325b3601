import { expect, test } from 'bun:test'
import { findTemplate, findTemplateProblems, validateInputs } from '../../src/templates'
import { findPatternFault, matches } from '../../src/templates/pattern'

test('a pattern is looked for as a browser would look for it', () => {
  const cases: [pattern: string, text: string][] = [
    ['^[a-z][a-z0-9-]*$', 'a-9'],
    ['^[a-z][a-z0-9-]*$', 'A-9'],
    ['^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$', 'a@b.cd'],
    ['^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$', 'a@b'],
    ['b', 'abc'],
    ['^\\p{L}+$', 'Žluťoučký'],
    ['^.$', '😀'],
    ['a$', 'a\n'],
  ]
  for (const [pattern, text] of cases)
    expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, new RegExp(pattern, 'u').test(text)])
})

test('patterns that keep a backtracking engine busy for years are answered', () => {
  const text = `${'a'.repeat(999)}!`
  for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '^(.*a){50}$', '^([a-z]+)*$', '(x+x+)+y'])
    expect([pattern, findPatternFault(pattern), matches(pattern, text)]).toEqual([pattern, undefined, false])
})

test('what RE2 has not, or what would take much memory, is no pattern', () => {
  const faults = [
    '(',
    '(?!a)b',
    '(?<=a)b',
    '(a)\\1',
    'a{1001}',
    '(a{50}){50}',
    '(.{1,31}){1,31}',
    '((a{9}){9}){9}',
  ].map(findPatternFault)
  expect(faults).not.toContain(undefined)
})

test('values that an app keeps for itself are refused, whole or by how they begin', () => {
  const postgres = findTemplate('postgres')!
  const named = (databaseUser: string) => validateInputs(postgres, { databaseUser }).ok
  expect(['root', 'postgres', 'mariadb', 'mariadb_sys', 'pg_x'].map(named)).toEqual([false, false, false, false, false])
  expect(['roots', 'postgres1', 'pg', 'app'].map(named)).toEqual([true, true, true, true])
})

test('of a template that has more of them than can be compiled in a moment the first ones are taken', () => {
  const template = structuredClone(findTemplate('memos')!)
  const label = { en: 'A', id: 'A' }
  const own = template.inputs.length
  const more = Array.from({ length: 39 }, (_, n) => ({
    ...{ key: `a${n}`, label, type: 'string' as const, maxLength: 9, changeable: true },
    pattern: `^${'[a-z]'.repeat(30)}${n}$`,
  }))
  template.inputs.push(...more)
  const problems = findTemplateProblems(template)
  expect(problems).toHaveLength(20)
  expect(problems[0]).toEqual({
    path: `/inputs/${own + 3}/pattern`,
    message: 'is too much: all patterns of a template have 600 characters at most',
  })
})
