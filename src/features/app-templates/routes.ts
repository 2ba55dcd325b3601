import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, errors, IdText, Media, model, nullable, ok, words } from '../../http/schema'
import type { Parts } from '../../parts'
import { publishedSchema } from '../../templates'
import { getSoldTemplate, listSoldTemplates } from './for-sale'

const Localised = t.Object({ id: t.String(), en: t.String() })

const TemplateView = model(
  'Template',
  t.Object({
    name: t.String(),
    version: t.Integer({ description: 'The one that new apps are made of' }),
    title: t.String(),
    description: Localised,
    firstSteps: Localised,
    homepage: t.String(),
    type: t.String(),
    licence: t.Object({ spdx: t.String(), resale: words('free', 'needs-agreement'), note: t.String() }),
    containers: t.Array(
      t.Object({
        name: t.String(),
        image: nullable(t.String({ description: 'Null where an input says which image it is' })),
      }),
    ),
    inputs: t.Array(
      t.Record(t.String(), t.Unknown(), { description: 'What the customer may set; the form differs by `type`' }),
    ),
    minimum: t.Object({ cpuMillicores: t.Integer(), memoryMb: t.Integer(), storageGb: t.Integer() }),
  }),
)

const schemaText = JSON.stringify(publishedSchema)

export const templateRoutes = ({ db, authenticate }: Parts) =>
  new Elysia({ prefix: '/templates', tags: ['Templates'] })
    .use(accessControl(authenticate))
    .get('/', async () => ok(await listSoldTemplates(db.read)), {
      access: 'public',
      response: { 200: Answer(t.Array(TemplateView)), ...errors() },
      detail: { operationId: 'templates_list', summary: 'App templates' },
    })
    .get('/schema.json', () => new Response(schemaText, { headers: { 'content-type': 'application/schema+json' } }), {
      access: 'public',
      response: { 200: Media('application/schema+json', 'JSON Schema, draft 2020-12'), ...errors() },
      detail: { operationId: 'templates_schema', summary: 'What a template may say' },
    })
    .get('/:name', async ({ params }) => ok(await getSoldTemplate(db.read, params.name)), {
      access: 'public',
      params: t.Object({ name: IdText }),
      response: { 200: Answer(TemplateView), ...errors('NOT_FOUND') },
      detail: { operationId: 'templates_get', summary: 'One template: what a customer may set' },
    })
