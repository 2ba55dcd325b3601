import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { publishedSchema as made, schemaPath } from '../../scripts/template-schema'
import { findTemplateProblems, publishedSchema, templates } from '../../src/templates'
import { findSchemaProblems } from '../../src/templates/json-schema'

const library = Compile(publishedSchema as never)
const problemsOf = (value: unknown) => findSchemaProblems(publishedSchema, value)

test('the published schema is the one of the sources', () => {
  // Else: bun scripts/template-schema.ts
  expect(readFileSync(schemaPath, 'utf8')).toBe(made())
})

test('a library for JSON Schema agrees on every template of ours, and on each with one thing changed', () => {
  const junk = fc.constantFrom<unknown>(null, true, -1, 1.5, 1e9, '', 'x'.repeat(5000), '../..', [], {}, [[]], {
    hostPath: '/',
  })
  fc.assert(
    fc.property(
      fc.constantFrom(...templates),
      fc.infiniteStream(fc.nat()),
      junk,
      fc.constantFrom('set', 'drop', 'add'),
      (template, choices, value, act) => {
        const copy: unknown = structuredClone(template)
        change(copy, choices, value, act)
        expect(problemsOf(copy).length === 0).toBe(library.Check(copy))
      },
    ),
    { numRuns: 3_000 },
  )
  for (const template of templates) expect(problemsOf(template)).toEqual([])
})

/** Goes down at random, and sets, drops or adds something there. */
function change(value: unknown, choices: fc.Stream<number>, junk: unknown, act: string): void {
  let here = value as Record<string, unknown>
  for (const choice of choices) {
    const names = Object.keys(here)
    const name = names[choice % Math.max(1, names.length)]
    if (name === undefined) return
    const inner = here[name]
    if (typeof inner === 'object' && inner !== null && choice % 5 !== 0) {
      here = inner as Record<string, unknown>
      continue
    }
    if (act === 'set') here[name] = junk
    else if (act === 'add' && !Array.isArray(here)) here.hostNetwork = junk
    else if (!Array.isArray(here)) delete here[name]
    return
  }
}

const memos = templates.find(({ name }) => name === 'memos')!

/** The template with a value at a place of it. */
function problemsWith(path: string, value: unknown) {
  const copy: unknown = structuredClone(memos)
  const names = path.slice(1).split('/')
  const last = names.pop()!
  const holder = names.reduce((here, name) => (here as Record<string, unknown>)[name], copy)
  Object.assign(holder as object, { [last]: value })
  return findTemplateProblems(copy)
}

test('nothing in a template can ask for the host, privileges or the cluster’s own credentials', () => {
  const attempts: Record<string, unknown> = {
    '/hostNetwork': true,
    '/hostPID': true,
    '/automountServiceAccountToken': true,
    '/serviceAccountName': 'admin',
    '/volumes/0/hostPath': { path: '/' },
    '/containers/0/securityContext': { privileged: true },
    '/containers/0/privileged': true,
    '/containers/0/capabilities': { add: ['SYS_ADMIN'] },
    '/containers/0/ports/0/hostPort': 80,
    '/podSecurity/level': 'privileged',
  }
  for (const [path, value] of Object.entries(attempts)) {
    const places = problemsWith(path, value).map((problem) => problem.path)
    expect([path, places]).toEqual([path, [path]])
  }
})

test('a mistake is told with its place, a thousand of them as twenty', () => {
  expect(problemsWith('/containers/0/image', 'x; rm -rf /')).toMatchObject([{ path: '/containers/0/image' }])
  const input = { key: 'a', label: { en: 'A', id: 'A' }, type: 'integer', min: 1, changeable: true }
  expect(problemsWith('/inputs', [input])).toEqual([{ path: '/inputs/0/max', message: 'is required' }])
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`a/b~${n}`, n]))
  const problems = problemsWith('/exposure', { ...memos.exposure, ...many })
  expect(problems).toHaveLength(20)
  expect(problems[0]).toMatchObject({ path: '/exposure/a~1b~00' })
})
