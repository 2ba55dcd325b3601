import { expect, test } from 'bun:test'
import { Elysia, t } from 'elysia'
import { plans } from '../../src/features/catalog/tables'
import { accessControl } from '../../src/http/access'
import { Answer, errors, Media, nullable, ok } from '../../src/http/schema'
import { checkAnswers } from '../support/answer-check'
import { sharedSystem } from '../support/system'

const View = t.Object({ id: t.String(), count: t.Integer(), inner: nullable(t.Object({ on: t.Boolean() })) })
const access = 'public' as const
const right = { id: 'a', count: 1, inner: { on: true } }

/** A route that says it answers a `View`, and answers this. */
const answering = (answer: unknown) =>
  checkAnswers(
    new Elysia()
      .use(accessControl(() => Promise.reject(new Error('nobody signs in'))))
      .get('/thing', () => answer as never, { access, response: { 200: Answer(View), ...errors() } })
      .get('/page', () => answer as never, { access, response: { 200: Media('text/html', 'A page') } }),
  )

const ask = async (answer: unknown, path = '/thing') => answering(answer)(new Request(`http://localhost${path}`))

test('an answer that is what its route says passes as it is', async () => {
  const answer = await ask(ok(right))
  expect([answer.status, await answer.json()]).toEqual([200, ok(right)])
  expect((await ask(ok({ ...right, inner: null }))).status).toBe(200)
})

test.each<[string, unknown, string]>([
  ['with a field too many', ok({ ...right, passwordHash: 'x' }), '/data/passwordHash'],
  ['with a field too many further in', ok({ ...right, inner: { on: true, sealed: 'x' } }), '/data/inner'],
  ['with a field too few', ok({ id: 'a', inner: null }), '/data/count'],
  ['with a number as a text', ok({ ...right, count: '1' }), '/data/count'],
  ['with yes or no as a text', ok({ ...right, inner: { on: 'true' } }), '/data/inner'],
  ['without its envelope', right, '/success'],
  ['made by hand', Response.json(ok({ ...right, more: 1 })), '/data/more'],
  ['of another type', new Response('<p>', { headers: { 'content-type': 'text/html' } }), 'is text/html and not'],
  ['of a status that no document names', Response.json({}, { status: 418 }), '418 stands in no document'],
])('an answer %s is a fault', async (_, answer, told) => {
  expect(ask(answer)).rejects.toThrow(told)
})

test('what is no JSON is held against its type alone', async () => {
  const page = new Response('<p>', { headers: { 'content-type': 'text/html;charset=utf-8' } })
  expect((await ask(page, '/page')).status).toBe(200)
  expect(ask(ok(right), '/page')).rejects.toThrow('is application/json')
})

const system = sharedSystem()

test('every system that a test starts is looked at, and says what was wrong', async () => {
  const { anybody, parts, logged } = await system()
  await parts.db.write((tx) =>
    tx
      .update(plans)
      .set({ features: 'none' as never })
      .run(),
  )
  expect((await anybody.get('/catalog/services/n8n')).body.error).toMatchObject({ code: 'INTERNAL_ERROR' })
  const faults = logged.filter(({ level }) => level === 'error').map(({ err }) => String(err))
  expect(faults).toEqual([expect.stringContaining('GET /api/catalog/services/:serviceSlug 200 is not what')])
})
