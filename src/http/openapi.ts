import type { AnyElysia } from 'elysia'
import { statusOfCode } from '../lib/errors'
import { keyForm } from '../lib/text-forms'
import type { Access } from './access'
import { answersOf } from './answers'
import { apiServers } from './api-path'
import { addExamples } from './examples'
import { boundsOf } from './input/bounds'
import type { InputSchema } from './input/input-schema'
import type { RouteOfApp } from './rate-limit'
import { maxPathLength, maxQueryLength } from './request-line'
import { bodyErrors } from './schema'
import { scopeOf } from './scopes'

type Json = Record<string, unknown>

const kibibyte = 1024

const description = `Wallet, catalog, subscriptions and apps of a small hosting business.

Success: \`{"success": true, "data": …, "meta"?: …}\`. Failure: \`{"success": false, "error": {code, message, details?}, timestamp, requestId}\`.
Money is an integer number of rupiah; times are ISO 8601, UTC; ids are opaque. A POST that moves money or creates something takes
\`Idempotency-Key\`: the same key and body replays the first answer.
A request without a valid \`Host\`, or whose path is not in its normal form, is 400 \`MALFORMED_REQUEST\`; a method that a path does not have is 405
\`METHOD_NOT_ALLOWED\` with \`Allow\`; a body that a route does not describe is not read. A path has at most ${maxPathLength} characters, a query
${maxQueryLength}, as they are sent: more, or a NUL, is 422.
Calls are limited by account, or by address before sign-in: \`RateLimit-Policy\` and \`RateLimit\` say how much there is and what is left;
a 429 says in \`Retry-After\` when to come again. One metrics call every five seconds for each subscription is always allowed.

<details><summary>Every error code and its status</summary>

| Code | Status |
| --- | --- |
${Object.entries(statusOfCode)
  .map(([code, status]) => `| \`${code}\` | ${status} |`)
  .join('\n')}

</details>`

const bearer = `The \`accessToken\` that \`POST /auth/login\` answers with, or an API token. With an API token an operation
needs the scope in its \`x-scope\`: itself, or on the customer's side \`read\` or \`write\` for every area; \`none\` needs a person.`

const tags = [
  ['Accounts', 'Sign-up, sign-in, sessions'],
  ['Catalog', 'What is for sale, with live slots'],
  ['Templates', 'How a service becomes an app'],
  ['Wallet', 'Balance, statement, top-ups'],
  ['Subscriptions', 'Buying and ending; control of the app'],
  ['Instances', 'The apps themselves: logs, configuration, control'],
  ['Cluster', 'What the cluster has and can hold, for administrators'],
  ['Webhooks', 'What payment providers call'],
  ['Payments', 'Top-ups, refunds to payment methods and payments set aside, for administrators'],
  ['Vouchers', 'Promo codes, for administrators'],
  ['Sandbox', 'A clock to move, where only stand-ins run'],
  ['Users', 'Customers and administrators, for administrators'],
  ['Audit', 'Who did what, for administrators'],
  ['Jobs', 'The job queue and its schedules, for administrators'],
  ['Mails', 'The outbox, for administrators'],
]

/**
 * The OpenAPI document of the routes as they are registered. Loads the generator on first use: it weighs 19 MB, and most
 * processes are never asked.
 */
export async function describeApi(routes: AnyElysia, version: string): Promise<Json> {
  const { toOpenAPISchema } = await import('@elysiajs/openapi')
  const generated = toOpenAPISchema(withAnswers(routes), { staticFile: false }) as unknown as {
    paths: Record<string, Record<string, Json>>
  }
  const schemas: Record<string, unknown> = {}
  const paths: Json = {}
  for (const [path, operations] of Object.entries(generated.paths).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shown: Json = {}
    for (const [method, operation] of Object.entries(operations)) {
      shown[method] = { ...tidy(operation, schemas), ...scopeShown(operation, method, path) }
    }
    paths[path.length > 1 ? path.replace(/\/$/, '') : path] = shown
  }
  for (const operations of Object.values(paths)) {
    for (const operation of Object.values(operations as Record<string, Json>)) addExamples(operation, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'MinisPod',
      version,
      description,
      license: { name: 'AGPL-3.0-only', identifier: 'AGPL-3.0-only' },
    },
    servers: apiServers,
    tags: tags.map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: bearer,
        },
      },
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

/** The routes as the generator reads them: what they answer is kept elsewhere; see answers.ts. */
function withAnswers(routes: AnyElysia): AnyElysia {
  const described = (routes.routes as RouteOfApp[]).map((route) => {
    const { 'x-answers': _, ...detail } = (route.hooks.detail ?? {}) as Json
    return { ...route, hooks: { ...route.hooks, detail, response: answersOf(route) } }
  })
  return Object.create(routes, { getGlobalRoutes: { value: () => described } })
}

/** The same word that access.ts checks; see scopes.ts. */
function scopeShown(operation: Json, method: string, path: string): Json {
  const scope = scopeOf(operation['x-access'] as Access, method.toUpperCase(), path)
  return scope === undefined ? {} : { 'x-scope': scope }
}

function tidy(operation: Json, schemas: Record<string, unknown>): Json {
  const described = operation.requestBody ? withBody(operation) : operation
  const tidied = hoist(described, schemas) as Json
  const parameters = (tidied.parameters as Json[] | undefined) ?? []
  const responses = (tidied.responses as Record<string, Json> | undefined) ?? {}
  for (const [status, response] of Object.entries(responses)) {
    response.description = describeStatus(status, described, response)
    response.content = withMediaType(response.content as Content | undefined)
  }
  if (String(responses[422]?.description).includes('IDEMPOTENCY_CONFLICT')) parameters.push(idempotencyKey)
  if (responses[412]) parameters.push(ifMatch)
  if (parameters.length > 0) tidied.parameters = parameters
  return tidied
}

interface RequestBody {
  description?: string
  content: Record<string, { schema: InputSchema }>
}

/** A body is JSON and nothing else, and reading it can fail in ways that are the same everywhere; see json-body.ts. */
function withBody(operation: Json): Json {
  const { content, ...body } = operation.requestBody as RequestBody
  const json = content['application/json']!
  const refusals = Object.entries(bodyErrors).map(([status, schema]) => [
    status,
    { content: { 'application/json': { schema } } },
  ])
  return {
    ...operation,
    requestBody: {
      ...body,
      description: [body.description, `At most ${boundsOf(json.schema).bytes / kibibyte} KiB`]
        .filter(Boolean)
        .join('. '),
      content: { 'application/json': json },
    },
    responses: { ...Object.fromEntries(refusals), ...(operation.responses as Json) },
  }
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 128, pattern: keyForm },
  description: 'Makes a repeat of this request harmless',
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: 128 },
  description: 'The `ETag` of the version that the change was made from, or `*` for any',
}

type Content = Record<string, { schema?: Json }>

/** The generator takes every answer for JSON; see Media() in schema.ts. */
function withMediaType(content: Content | undefined): Content | undefined {
  const type = Object.values(content ?? {})[0]?.schema?.['x-media-type']
  return typeof type === 'string' ? { [type]: { schema: { type: 'string' } } } : content
}

/** An error's description lists the codes that can stand in it; see errors() in schema.ts. */
function describeStatus(status: string, operation: Json, response: Json): string {
  const original = (operation.responses as Record<string, Json> | undefined)?.[status]
  const content = original?.content as Content | undefined
  const said = Object.values(content ?? {})[0]?.schema?.description
  if (typeof said === 'string') return said
  return Number(status) < 400 ? 'Success' : String(response.description ?? 'Error')
}

/** Puts every schema with a name into the components and a reference in its place. */
function hoist(node: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((item) => hoist(item, schemas))
  if (typeof node !== 'object' || node === null) return node
  // What checks it and what bounds it stand beside a schema of input; see input/input.ts.
  const { 'x-model': name, '~standard': _check, 'x-max-bytes': _bound, ...rest } = numberOf(node as Json)
  const inner = nullableOf(Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, hoist(value, schemas)])))
  if (typeof name !== 'string') return inner
  if (name === 'Error') delete inner.description
  const reference = { $ref: `#/components/schemas/${name}` }
  const { type } = inner
  // The generator writes "this model or null" as one object of two types: what may be null is the place, not the model.
  const orNull = Array.isArray(type) && type.length === 2 && type.includes('null')
  schemas[name] ??= orNull ? { ...inner, type: type.find((word) => word !== 'null') } : inner
  return orNull ? { anyOf: [reference, { type: 'null' }] } : reference
}

/** A set of words that may be null must name null among them, or nothing fits it. */
function nullableOf(node: Json): Json {
  const { type, enum: words } = node
  if (!Array.isArray(type) || !type.includes('null') || !Array.isArray(words) || words.includes(null)) return node
  return { ...node, enum: [...words, null] }
}

/** In a URL Elysia takes a number as a string too, and says so; a client sends the number. */
function numberOf(node: Json): Json {
  const [text, number] = Array.isArray(node.anyOf) ? (node.anyOf as Json[]) : []
  const written = text?.type === 'string' && (text.format === 'integer' || text.format === 'numeric')
  return written && number ? number : node
}
