import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { type Database, prepared, type Tx } from '../db'
import type { Clock } from '../lib/clock'
import { minute } from '../lib/clock'
import { AppError, type ErrorCode, type ErrorDetails } from '../lib/errors'
import { keyForm, ruleOf } from '../lib/text-forms'
import type { Actor } from './access'
import { invalid } from './input/input'
import { idempotencyKeys } from './tables'

const shape = new RegExp(keyForm)
/** Where other servers share the database, an act in two steps that has not ended by then was cut off. */
const abandonedAfterMs = minute
/**
 * In place of an HTTP status: the second step is under way; it failed without a final word, and its key tells what became of
 * it, like that of one that was cut off; or it was refused for good, and its key refuses in the same words.
 */
const running = 0
const failed = -1
const refused = -2

interface Parts {
  db: Database
  clock: Clock
}

/** The acts in two steps that this process is in the middle of, by the id under which they began. */
const underWay = new WeakMap<Database, Set<string>>()

function underWayOn(db: Database): Set<string> {
  const known = underWay.get(db) ?? new Set()
  underWay.set(db, known)
  return known
}

interface Call {
  request: Request
  actor: Actor
  body: unknown
}

const findKey = prepared((db) =>
  db
    .select()
    .from(idempotencyKeys)
    .where(
      and(eq(idempotencyKeys.actorId, sql.placeholder('actorId')), eq(idempotencyKeys.key, sql.placeholder('key'))),
    )
    .prepare(),
)

const insertKey = prepared((db) =>
  db
    .insert(idempotencyKeys)
    .values({
      actorId: sql.placeholder('actorId'),
      key: sql.placeholder('key'),
      fingerprint: sql.placeholder('fingerprint'),
      status: sql.placeholder('status'),
      body: sql.placeholder('body'),
      createdAt: sql.placeholder('createdAt'),
    })
    .prepare(),
)

/**
 * Does an act of one transaction once per `Idempotency-Key`: the outcome is kept in the same transaction, and the same
 * key with the same body gets the same bytes again. A refusal keeps nothing, because it did nothing.
 */
export async function once<T>(
  parts: Parts,
  call: Call,
  status: number,
  act: (tx: Tx) => Promise<T>,
): Promise<Response> {
  const key = keyOf(call)
  if (key === undefined) return answer(status, JSON.stringify({ success: true, data: await parts.db.write(act) }))
  const fingerprint = fingerprintOf(call)
  return parts.db.write(async (tx) => {
    const known = await findKey(tx).get({ actorId: call.actor.userId, key })
    if (known) return replay(parts, known, fingerprint)
    const body = JSON.stringify({ success: true, data: await act(tx) })
    await insertKey(tx).run({
      actorId: call.actor.userId,
      key,
      fingerprint,
      status,
      body,
      createdAt: parts.clock.now(),
    })
    return answer(status, body)
  })
}

interface TwoSteps<S, T> {
  /** In one transaction: records what is about to be asked of the network. Its result must carry an id. */
  begin(tx: Tx): Promise<S & { id: string }>
  /** Asks the network, and records the answer in transactions of its own. */
  finish(started: S & { id: string }): Promise<T>
  /** What became of the act that began under this id. */
  recall(id: string): Promise<T>
}

/** The same for an act that needs the network between two transactions; a repeat while it runs is 409. */
export async function onceInTwoSteps<S, T>(
  parts: Parts,
  call: Call,
  status: number,
  act: TwoSteps<S, T>,
): Promise<Response> {
  const key = keyOf(call)
  if (key === undefined) {
    return answer(status, JSON.stringify({ success: true, data: await act.finish(await parts.db.write(act.begin)) }))
  }
  const fingerprint = fingerprintOf(call)
  const opened = await parts.db.write(async (tx) => {
    const known = await findKey(tx).get({ actorId: call.actor.userId, key })
    if (known) return { known }
    const started = await act.begin(tx)
    await insertKey(tx).run({
      actorId: call.actor.userId,
      key,
      fingerprint,
      status: running,
      body: started.id,
      createdAt: parts.clock.now(),
    })
    tx.afterCommit(() => underWayOn(parts.db).add(started.id))
    return { started }
  })
  if (opened.known) {
    const abandoned = replayOrAbandoned(parts, opened.known, fingerprint)
    if (abandoned instanceof Response) return abandoned
    return answer(status, JSON.stringify({ success: true, data: await act.recall(abandoned.id) }), true)
  }
  try {
    const body = await finishAndKeep(parts, call, key, status, () => act.finish(opened.started))
    return answer(status, body)
  } finally {
    underWayOn(parts.db).delete(opened.started.id)
  }
}

/** The outcome stands under the key before anybody is told of it. @returns the answer's body */
async function finishAndKeep<T>(
  { db }: Parts,
  { actor }: Call,
  key: string,
  status: number,
  finish: () => Promise<T>,
): Promise<string> {
  const keep = (outcome: { status: number; body?: string }) =>
    db.write((tx) =>
      tx
        .update(idempotencyKeys)
        .set(outcome)
        .where(and(eq(idempotencyKeys.actorId, actor.userId), eq(idempotencyKeys.key, key)))
        .run(),
    )
  let body: string
  try {
    body = JSON.stringify({ success: true, data: await finish() })
  } catch (fault) {
    await keep(isFinal(fault) ? { status: refused, body: refusalText(fault) } : { status: failed })
    throw fault
  }
  await keep({ status, body })
  return body
}

/** A fault of ours or of the network may end well after all; a refusal does not. */
const isFinal = (fault: unknown): fault is AppError =>
  fault instanceof AppError && fault.code !== 'UNAVAILABLE' && fault.code !== 'INTERNAL_ERROR'

interface KeptRefusal {
  code: ErrorCode
  message: string
  details?: ErrorDetails
}

const refusalText = ({ code, message, details }: AppError): string => JSON.stringify({ code, message, details })

function refusalOf(body: string): AppError {
  const { code, message, details } = JSON.parse(body) as KeptRefusal
  return new AppError(code, message, details)
}

type KnownKey = typeof idempotencyKeys.$inferSelect

function replay(parts: Parts, known: KnownKey, fingerprint: string): Response {
  const outcome = replayOrAbandoned(parts, known, fingerprint)
  if (outcome instanceof Response) return outcome
  throw new AppError('IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used for something else')
}

function replayOrAbandoned(parts: Parts, known: KnownKey, fingerprint: string): Response | { id: string } {
  if (known.fingerprint !== fingerprint) {
    throw new AppError('IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used with another request')
  }
  if (known.status > 0) return answer(known.status, known.body, true)
  if (known.status === refused) throw refusalOf(known.body)
  if (known.status === running && isUnderWay(parts, known)) {
    throw new AppError('REQUEST_IN_PROGRESS', 'The first request with this Idempotency-Key is still running')
  }
  return { id: known.body }
}

/** A key of a server that was killed is nobody's: no clock has to say so where only this process can be at work. */
function isUnderWay({ db, clock }: Parts, { body: id, createdAt }: KnownKey): boolean {
  if (underWayOn(db).has(id)) return true
  return db.isShared && Math.abs(clock.now().getTime() - createdAt.getTime()) < abandonedAfterMs
}

function keyOf({ request }: Call): string | undefined {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (!shape.test(key)) throw invalid('header', [{ path: '/Idempotency-Key', message: ruleOf(keyForm) }])
  return key
}

/** Method, path and body; with or without a slash at its end a path is the same. */
function fingerprintOf({ request, body }: Call): string {
  const path = new URL(request.url).pathname.replace(/\/+$/, '')
  return createHash('sha256')
    .update(`${request.method} ${path}\n${JSON.stringify(body ?? null)}`)
    .digest('base64url')
}

function answer(status: number, body: string, replayed = false): Response {
  const headers: Record<string, string> = {
    'content-type': 'application/json;charset=utf-8',
    'cache-control': 'no-store',
  }
  if (replayed) headers['idempotency-replayed'] = 'true'
  return new Response(body, { status, headers })
}
