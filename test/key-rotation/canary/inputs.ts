import type { ApiDocument, Operation } from '../../http/openapi-document'

/**
 * What a text in a body, a path or a query is. A name that stands in none of these lists fails the test: somebody has to say
 * whether what goes in there is a secret.
 */
const secretNames = new Set([
  'password',
  'currentPassword',
  'newPassword',
  'refreshToken',
  'token',
  'cardToken',
  'config',
  'presets',
  'totp',
  'code',
])
const openNames = new Set(
  'actor action advance until address createdFrom createdTo dueFrom dueTo topUpId userId reference categories category categoryId categorySlug confirm container customerInputs description email features from icon iconHash id kind name newEmail note order_id owner voucher validUntil validFrom serviceIds planIds prefix periodEnd planId q reason recipient search serviceId serviceSlug services since slug subject subscriptionId targetId targetKind template templates templateName to trialId type If-Match Idempotency-Key last-event-id'.split(
    ' ',
  ),
)

export function isSecret(name: string, where: string): boolean {
  if (secretNames.has(name)) return true
  if (openNames.has(name)) return false
  throw new Error(`${where}: is what goes into ${name} a secret? Say so in ${import.meta.file}`)
}

interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  format?: string
  minimum?: number
  properties?: Record<string, Schema>
  items?: Schema
}

/** A body that fits its schema; `text` gives each text by its property's name. */
export function sampleBody(
  { components }: ApiDocument,
  { requestBody }: Operation,
  text: (name: string) => string,
): Record<string, unknown> | undefined {
  const schema = requestBody?.content['application/json']?.schema
  function sample(given: Schema, name: string): unknown {
    const schema = given.$ref ? (components.schemas[given.$ref.split('/').at(-1)!] as Schema) : given
    if (schema.anyOf) return sample(schema.anyOf[0]!, name)
    return schema.const ?? schema.enum?.[0] ?? sampleOfType[[schema.type ?? 'object'].flat()[0]!]!(schema, name)
  }

  type Sampler = (schema: Schema, name: string) => unknown
  const sampleOfType: Record<string, Sampler> = {
    boolean: () => true,
    integer: ({ minimum }) => minimum ?? 1,
    number: ({ minimum }) => minimum ?? 1,
    array: ({ items }, name) => (items ? [sample(items, name)] : []),
    string: ({ format }, name) => (format === 'email' ? `${text(name)}@example.com` : text(name)),
    object: ({ properties = {} }, name) =>
      Object.keys(properties).length === 0
        ? { smtpPassword: text(name), [`unknown-${text(name)}`]: text(name) }
        : Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, sample(inner, key)])),
  }
  return schema && (sample(schema as Schema, '') as Record<string, unknown>)
}
