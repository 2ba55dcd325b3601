import { t } from 'elysia'
import { Instant, ListQuery, model, nullable, words } from '../../http/schema'

const Details = nullable(t.Record(t.String(), t.Unknown()))

export const AuditEntryView = model(
  'AuditEntry',
  t.Object({
    number: t.Integer({ description: 'From 1, without a gap' }),
    at: Instant,
    actor: t.Object({
      kind: words('user', 'token', 'system', 'anonymous'),
      id: t.String({ description: 'The person; of an anonymous caller the address' }),
      via: nullable(t.String({ description: 'The session or API token' })),
    }),
    action: t.String({ description: 'What was done; it ends in `.denied` where it was tried and refused' }),
    target: t.Object({ kind: t.String(), id: t.String() }),
    reason: nullable(t.String()),
    before: Details,
    after: t.Union(Details.anyOf, {
      description: 'Of a denial: the route and code; `repeats` in the summary that ends its minute',
    }),
    requestId: nullable(t.String()),
    address: nullable(t.String()),
    previousHash: t.String(),
    hash: t.String({ description: 'SHA-256 of the entry and the hash before it' }),
  }),
)

const word = t.String({ minLength: 1, maxLength: 200 })
const moment = t.String({ format: 'date-time' })

export const AuditQuery = ListQuery({
  actor: t.Optional(word),
  action: t.Optional(word),
  targetKind: t.Optional(word),
  targetId: t.Optional(word),
  from: t.Optional(moment),
  to: t.Optional(moment),
})

export const AuditParams = t.Object({ number: t.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })
