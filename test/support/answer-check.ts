import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { Kind, type TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import type { AnyElysia } from 'elysia'
import { answersOf } from '../../src/http/answers'
import { contextOf } from '../../src/http/request-context'
import { bodyErrors } from '../../src/http/schema'

type Handle = (request: Request) => Response | Promise<Response>

interface Described {
  type: string | undefined
  check: () => TypeCheck<TSchema>
}

/**
 * Holds every answer, byte for byte as it is sent, against what the document says of its route: its status, its type, and of JSON
 * each field, no one too few and none too many. In the product nothing looks: what does not fit here would be sent there.
 */
export function checkAnswers(app: AnyElysia): Handle {
  const described = describedOf(app)
  return async (request) => {
    const response = await app.fetch(request)
    const { route } = contextOf(request)
    const answers = described.get(`${request.method} ${route}`)
    // Neither a route that is in no document nor an empty answer has a body to look at.
    if (!answers || response.status === 304) return response
    const answer = answers.get(response.status)
    const place = `${request.method} ${route} ${response.status}`
    if (!answer) throw new Error(`${place} stands in no document`)
    await assertFits(place, answer, response)
    return response
  }
}

async function assertFits(place: string, { type = 'application/json', check }: Described, response: Response) {
  const given = response.headers.get('content-type') ?? 'none'
  if (!given.startsWith(type)) throw new Error(`${place} is ${given} and not ${type}`)
  if (type !== 'application/json') return
  const problem = check()
    .Errors(await jsonOf(response))
    .First()
  if (problem) throw new Error(`${place} is not what the document says: ${problem.path} ${problem.message}`)
}

/** As a caller would read it. */
async function jsonOf(response: Response): Promise<unknown> {
  const coding = response.headers.get('content-encoding')
  const bytes = new Uint8Array(await response.clone().arrayBuffer())
  return JSON.parse(new TextDecoder().decode(coding === null ? bytes : decoders[coding]!(bytes)))
}

const decoders: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  zstd: zstdDecompressSync,
}

function describedOf(app: AnyElysia): Map<string, Map<number, Described>> {
  const described = new Map<string, Map<number, Described>>()
  for (const route of app.routes) {
    const answers = answersOf(route)
    if (!answers) continue
    // What any body may be refused with stands in the document, though no route says it.
    const all = route.hooks.body ? { ...bodyErrors, ...answers } : answers
    const byStatus = Object.entries(all).map(
      ([status, schema]) => [Number(status), { type: schema['x-media-type'], check: checkOf(schema) }] as const,
    )
    described.set(`${route.method} ${route.path}`, new Map(byStatus))
  }
  return described
}

/** Compiled when it is first asked for: all of them would cost as much as the rest of a start. */
function checkOf(schema: TSchema): () => TypeCheck<TSchema> {
  let check: TypeCheck<TSchema> | undefined
  return () => {
    check ??= TypeCompiler.Compile(exactly(schema))
    return check
  }
}

/** The schema without what it leaves open: names nobody knows, and the texts that Elysia takes for a number. */
function exactly<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(exactly) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const { anyOf } = schema as { anyOf?: TSchema[] }
  const [text, value] = Array.isArray(anyOf) ? anyOf : []
  if (text?.format && value && /^(integer|numeric|boolean)$/.test(text.format)) return exactly(value) as T
  const exact: TSchema = { ...schema } as never
  for (const [key, inner] of Object.entries(exact)) exact[key] = exactly(inner)
  if (exact[Kind] === 'Object') exact.additionalProperties ??= false
  return exact as T
}
