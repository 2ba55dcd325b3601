import type { TLiteral, TObject, TProperties, TSchema, TUnion } from '@sinclair/typebox'
import { t } from 'elysia'
import { type Counted, mostListed } from '../db/list-rows'
import { type ErrorCode, statusOfCode } from '../lib/errors'
import { nameForm, saidForm, trimmedNameForm } from '../lib/text-forms'
import { invalid } from './input/input'

/** Names a schema: the OpenAPI document shows it once under that name, and generated clients get a type of that name. */
export function model<T extends TSchema>(name: string, schema: T): T {
  return { ...schema, 'x-model': name }
}

export const nullable = <T extends TSchema>(schema: T) => t.Union([schema, t.Null()])

/** A closed set of words. `t.UnionEnum` would fill in the first one when an optional value is absent. */
export function words<const T extends string[]>(...allowed: T): TUnion<{ [K in keyof T]: TLiteral<T[K]> }> {
  return t.Union(allowed.map((word) => t.Literal(word))) as never
}

interface TextOptions {
  maxLength: number
  minLength?: number
  description?: string
}

/** Forms of text: see lib/text-forms.ts. */
export const NameText = (options: TextOptions) => t.String({ minLength: 1, pattern: nameForm, ...options })
export const TrimmedNameText = (options: TextOptions) =>
  t.String({ minLength: 1, pattern: trimmedNameForm, ...options })
/** With something in it that is no space. */
export const SaidText = (options: TextOptions) => t.String({ minLength: 1, pattern: saidForm, ...options })
export const IdText = t.String({ minLength: 1, maxLength: 64 })

export const Instant = t.String({ format: 'date-time', description: 'ISO 8601, UTC' })
export const RupiahView = t.Integer({ description: 'Whole rupiah' })

/** Every answer that worked: `{success: true, data}`. */
export const Answer = <T extends TSchema>(data: T) => t.Object({ success: t.Literal(true), data })

export const PageMeta = model(
  'PageMeta',
  t.Object({
    page: t.Integer(),
    limit: t.Integer(),
    total: t.Integer(),
    totalPages: t.Integer(),
    more: t.Optional(
      t.Literal(true, {
        description: `There are more than \`total\`, which were not counted. A list is counted and paged through up to ${mostListed} rows`,
      }),
    ),
  }),
)

export const ListAnswer = <T extends TSchema>(item: T) =>
  t.Object({ success: t.Literal(true), data: t.Array(item), meta: PageMeta })

/** An answer that is no JSON: what it holds is said in words, its type in the OpenAPI document. */
export const Media = (type: string, description: string) => t.Any({ description, 'x-media-type': type })

const codes = Object.keys(statusOfCode) as ErrorCode[]

const ErrorAnswer = model(
  'Error',
  t.Object({
    success: t.Literal(false),
    error: t.Object({
      code: t.Union(codes.map((code) => t.Literal(code))),
      message: t.String(),
      details: t.Optional(t.Record(t.String(), t.Unknown())),
    }),
    timestamp: Instant,
    requestId: t.String(),
  }),
)

/** What any route may answer besides what it names itself. */
const everywhere: ErrorCode[] = ['VALIDATION_ERROR', 'RATE_LIMITED', 'INTERNAL_ERROR', 'UNAVAILABLE']
const signedIn: ErrorCode[] = ['UNAUTHORIZED', 'TOKEN_EXPIRED', 'FORBIDDEN']

type ErrorSchemas = Record<number, typeof ErrorAnswer>

/** The error answers of a route, by status, each with the codes that can stand in it. */
export function errors(...named: ErrorCode[]): ErrorSchemas {
  const schemas: ErrorSchemas = {}
  for (const code of [...named, ...everywhere]) describeError(schemas, code)
  return schemas
}

/** The same for a route that needs a signed-in caller. */
export const guarded = (...named: ErrorCode[]): ErrorSchemas => errors(...named, ...signedIn)

/** What any body may be refused with before its schema is asked. */
export const bodyErrors: ErrorSchemas = {}
for (const code of ['MALFORMED_REQUEST', 'PAYLOAD_TOO_LARGE'] as const) describeError(bodyErrors, code)

function describeError(schemas: ErrorSchemas, code: ErrorCode): void {
  const status = statusOfCode[code]
  const known = schemas[status]?.description
  const description = known?.split(', ').includes(code) ? known : [known, code].filter(Boolean).join(', ')
  schemas[status] = { ...ErrorAnswer, description }
}

export interface Page {
  page: number
  limit: number
}

/** Paging of a list; a value out of range is refused, never ignored. */
const pageQuery = {
  page: t.Optional(t.Integer({ minimum: 1, maximum: mostListed, default: 1 })),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 100, default: 20 })),
}

export const ListQuery = <T extends TProperties>(filters: T): TObject<T & typeof pageQuery> =>
  t.Object({ ...pageQuery, ...filters }) as never

/** @throws AppError VALIDATION_ERROR for a page beyond the rows that a list pages through */
export function pageOf(query: { page?: number; limit?: number }, reach = mostListed): Page {
  const { page = 1, limit = 20 } = query
  if ((page - 1) * limit < reach) return { page, limit }
  const message = `Only the first ${reach} rows can be paged through; let filters or another order find the others`
  throw invalid('query', [{ path: '/page', message }])
}

export const ok = <T>(data: T) => ({ success: true as const, data })

export const listed = <T>(data: T[], page: Page, { total, more }: Counted) => ({
  success: true as const,
  data,
  meta: { ...metaOf(page, total), ...(more && { more }) },
})

export const metaOf = ({ page, limit }: Page, total: number) => ({
  page,
  limit,
  total,
  totalPages: Math.ceil(total / limit),
})
