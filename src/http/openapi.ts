import type { AnyElysia } from 'elysia'

type Json = Record<string, unknown>

const description = `Wallet, catalog, subscriptions and apps of a small hosting business.

Success: \`{"success": true, "data": …, "meta"?: …}\`. Failure: \`{"success": false, "error": {code, message, details?}, timestamp, requestId}\`.
Money is an integer number of rupiah; times are ISO 8601, UTC; ids are opaque. A POST that moves money or creates something takes
\`Idempotency-Key\`: the same key and body replays the first answer.`

const tags = [
  ['Accounts', 'Sign-up, sign-in, sessions'],
  ['Catalog', 'What is for sale, with live slots'],
  ['Templates', 'How a service becomes an app'],
  ['Wallet', 'Balance, statement, top-ups'],
  ['Subscriptions', 'Buying and ending; control of the app'],
  ['Instances', 'The apps themselves: logs, configuration, control'],
  ['Webhooks', 'What payment providers call'],
  ['Operations', 'Probes and figures'],
  ['Administration', 'For administrators'],
]

/**
 * The OpenAPI document of the routes as they are registered. Loads the generator on first use: it weighs 19 MB, and most
 * processes are never asked.
 */
export async function describeApi(routes: AnyElysia, version: string): Promise<Json> {
  const { toOpenAPISchema } = await import('@elysiajs/openapi')
  const generated = toOpenAPISchema(routes) as unknown as { paths: Record<string, Record<string, Json>> }
  const schemas: Record<string, unknown> = {}
  const paths: Json = {}
  for (const [path, operations] of Object.entries(generated.paths).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shown: Json = {}
    for (const [method, operation] of Object.entries(operations)) shown[method] = tidy(operation, method, schemas)
    paths[path.length > 1 ? path.replace(/\/$/, '') : path] = shown
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'MinisPod',
      version,
      description,
      license: { name: 'AGPL-3.0-only', identifier: 'AGPL-3.0-only' },
    },
    servers: [
      { url: '/api', description: 'Newest version' },
      { url: '/api/v1', description: 'Version 1' },
    ],
    tags: tags.map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

function tidy(operation: Json, method: string, schemas: Record<string, unknown>): Json {
  const tidied = hoist(operation, schemas) as Json
  const parameters = (tidied.parameters as Json[] | undefined) ?? []
  const responses = tidied.responses as Record<string, Json> | undefined
  for (const [status, response] of Object.entries(responses ?? {})) {
    response.description = describeStatus(status, operation, response)
  }
  if (method === 'post') parameters.push(idempotencyKey)
  if (parameters.length > 0) tidied.parameters = parameters
  return tidied
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 128 },
  description: 'Makes a repeat of this request harmless',
}

/** An error's description lists the codes that can stand in it; see errors() in schema.ts. */
function describeStatus(status: string, operation: Json, response: Json): string {
  const original = (operation.responses as Record<string, Json> | undefined)?.[status]
  const content = original?.content as Record<string, { schema?: Json }> | undefined
  const said = Object.values(content ?? {})[0]?.schema?.description
  if (typeof said === 'string') return said
  return Number(status) < 400 ? 'Success' : String(response.description ?? 'Error')
}

/** Puts every schema with a name into the components and a reference in its place. */
function hoist(node: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((item) => hoist(item, schemas))
  if (typeof node !== 'object' || node === null) return node
  const { 'x-model': name, ...rest } = node as Json
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, hoist(value, schemas)]))
  if (typeof name !== 'string') return inner
  if (name === 'Error') delete inner.description
  schemas[name] ??= inner
  return { $ref: `#/components/schemas/${name}` }
}
