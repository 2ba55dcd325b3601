import { Elysia, t } from 'elysia'
import { accessControl } from '../../../http/access'
import { tagsOf } from '../../../http/entity-tags'
import { readBytes } from '../../../http/json-body'
import { expectedTags } from '../../../http/precondition'
import { Answer, errors, guarded, model, ok } from '../../../http/schema'
import { securedHeaders } from '../../../http/security-headers'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import { exportCatalog } from './export'
import { fileSchema, maxFileBytes, requestBody } from './form'
import { importCatalog } from './import'
import { readState, tagOfState } from './shop'

const Flag = (description: string) => t.Optional(t.Boolean({ default: false, description }))

const ImportQuery = t.Object({
  dryRun: Flag('Says what would change, and changes nothing'),
  retireMissing: Flag('Retires what the file leaves out; else it stays as it is'),
  confirmLicences: Flag(
    'There is an agreement wherever a licence asks for one; `confirmLicence` in the file says it of one service',
  ),
})

const Open = t.Object({}, { additionalProperties: true })
const CatalogFileView = model(
  'CatalogFile',
  t.Object({ version: t.Integer(), templates: t.Array(Open), categories: t.Array(Open), services: t.Array(Open) }),
)

const Kind = t.Union([t.Literal('template'), t.Literal('category'), t.Literal('service'), t.Literal('plan')])
const named = {
  kind: Kind,
  slug: t.String({ description: 'Of a plan its service’s, of a template its name' }),
  tier: t.Optional(t.Integer({ description: 'Of a plan' })),
}
const CatalogReport = model(
  'CatalogImport',
  t.Object({
    dryRun: t.Boolean(),
    creates: t.Array(t.Object(named)),
    updates: t.Array(
      t.Object({
        ...named,
        changes: t.Record(t.String(), t.Object({ before: t.Unknown(), after: t.Unknown() }), {
          description: 'By name, as the file would say it',
        }),
      }),
    ),
    retires: t.Array(t.Object(named)),
    unchanged: t.Integer({ description: 'Things of the file that are so already' }),
    missingSecrets: t.Array(
      t.Object(
        { slug: t.String(), presets: t.Array(t.String()) },
        { description: 'Secrets that the service has elsewhere and not here: set them at the service' },
      ),
    ),
  }),
)

const json = 'application/json;charset=utf-8'
const schemaText = JSON.stringify(fileSchema, null, 2)

/** The whole catalog as one file. */
export const catalogFileRoutes = (parts: Parts) =>
  new Elysia({ tags: ['Catalog'] })
    .use(accessControl(parts.authenticate))
    .get('/catalog/file-schema', () => new Response(schemaText, { headers: schemaHeaders() }), {
      access: 'public',
      response: {
        200: Open,
        ...errors(),
      },
      detail: { operationId: 'catalog_file_schema', summary: 'The form of a catalog as one file' },
    })
    .get('/admin/catalog', ({ request }) => answerExport(parts, request), {
      access: 'admin',
      response: { 200: CatalogFileView, ...guarded() },
      detail: {
        operationId: 'admin_export_catalog',
        summary: 'The whole catalog as one file',
        description:
          'As `GET /catalog/file-schema` describes it. The same catalog is the same file, to the byte; `ETag` is what an import has to name. Retired plans are not in it.',
      },
    })
    .put(
      '/admin/catalog',
      async ({ actor, query, request }) => {
        const expected = expectedTags(request)
        const bytes = await readFile(request)
        const { dryRun = false, retireMissing = false, confirmLicences = false } = query
        return ok(await importCatalog(parts, actor, bytes, { dryRun, retireMissing, confirmLicences, expected }))
      },
      {
        access: 'admin',
        query: ImportQuery,
        response: {
          200: Answer(CatalogReport),
          ...guarded('MALFORMED_REQUEST', 'PAYLOAD_TOO_LARGE', 'PRECONDITION_REQUIRED', 'PRECONDITION_FAILED'),
        },
        detail: {
          operationId: 'admin_import_catalog',
          summary: 'Make the catalog what a file says',
          description:
            'All of it or nothing. Categories and services are known by their slugs, plans by the tier among those for sale. What a thing of the file leaves out is its default; things that the file leaves out stay, unless `retireMissing`. Each mistake is told under its place in the file, at most 50.',
          requestBody: requestBody as never,
        },
      },
    )

const schemaHeaders = (): Headers => securedHeaders({ 'content-type': json, 'cache-control': 'public, max-age=3600' })

async function answerExport(parts: Parts, request: Request): Promise<Response> {
  const known = request.headers.get('if-none-match')
  const present = tagOfState(await readState(parts.db.read))
  if (known !== null && tagsOf(known).some((tag) => tag === '*' || tag === present)) {
    return new Response(null, { status: 304, headers: { etag: present } })
  }
  const { text, etag } = await exportCatalog(parts)
  const disposition = 'attachment; filename="catalog.json"'
  return new Response(text, {
    headers: { 'content-type': json, etag, 'content-disposition': disposition },
  })
}

async function readFile(request: Request): Promise<Uint8Array> {
  const bytes = await readBytes(request, { bytes: maxFileBytes, values: 0 })
  const type = request.headers.get('content-type') ?? ''
  if (bytes.length > 0 && /^application\/(?:[\w.-]+\+)?json(?:;|$)/i.test(type.trim())) return bytes
  throw new AppError('MALFORMED_REQUEST', 'The body must be JSON, with content-type application/json')
}
