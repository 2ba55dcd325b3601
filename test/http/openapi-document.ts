import { createApp, createFeatures } from '../../src/app'
import { describeApi } from '../../src/http/openapi'

// Routes only close over their parts: neither walking nor describing them uses one.
const noParts = { denials: { observe() {} }, config: {} } as unknown as Parameters<typeof createApp>[0]

export interface Parameter {
  name: string
  in: string
  schema?: { enum?: string[] }
}

export interface Schema {
  $ref?: string
  type?: string
  properties?: Record<string, Schema>
  anyOf?: Schema[]
  enum?: unknown[]
}

export interface Operation {
  method: string
  path: string
  access: string
  /** What an API token needs. */
  scope?: string
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security: object[]
  parameters: Parameter[]
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
  requestBody?: { content: Record<string, { schema: Schema }> }
}

type Shown = Omit<Operation, 'method' | 'path' | 'access' | 'scope'> & { 'x-access': string; 'x-scope'?: string }

export interface ApiDocument {
  servers: { url: string }[]
  tags: { name: string }[]
  info: { description: string }
  paths: Record<string, Record<string, Shown>>
  components: { schemas: Record<string, Schema & { properties: Record<string, Schema> }> }
}

export const describeDocument = async () =>
  (await describeApi(createFeatures(noParts), 'test')) as unknown as ApiDocument

export async function operationsOf(): Promise<Operation[]> {
  const { paths } = await describeDocument()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-access': access, 'x-scope': scope, ...operation }]) => ({
      method,
      path,
      access,
      scope,
      ...operation,
      parameters: operation.parameters ?? [],
    })),
  )
}

/** Every route that the app answers, documented or not. */
export const registeredRoutes = () => createApp(noParts, () => false).routes
