import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, errors, IdText, model, ok, words } from '../../http/schema'
import { notFound } from '../../lib/errors'
import type { Parts } from '../../parts'
import { findTemplate, type Template, templates } from '../../templates'

const Localised = t.Object({ id: t.String(), en: t.String() })

const TemplateView = model(
  'Template',
  t.Object({
    name: t.String(),
    title: t.String(),
    description: Localised,
    firstSteps: Localised,
    homepage: t.String(),
    type: t.String(),
    licence: t.Object({ spdx: t.String(), resale: words('free', 'needs-agreement'), note: t.String() }),
    containers: t.Array(t.Object({ name: t.String(), image: t.String() })),
    inputs: t.Array(
      t.Record(t.String(), t.Unknown(), { description: 'What the customer may set; the form differs by `type`' }),
    ),
    minimum: t.Object({ cpuMillicores: t.Integer(), memoryMb: t.Integer(), storageGb: t.Integer() }),
  }),
)

export const templateRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/templates', tags: ['Templates'] })
    .use(accessControl(parts.authenticate))
    .get('/', () => ok(templates.map(viewOf)), {
      access: 'public',
      response: { 200: Answer(t.Array(TemplateView)), ...errors() },
      detail: { operationId: 'templates_list', summary: 'App templates' },
    })
    .get(
      '/:name',
      ({ params }) => {
        const template = findTemplate(params.name)
        if (!template) throw notFound('Template')
        return ok(viewOf(template))
      },
      {
        access: 'public',
        params: t.Object({ name: IdText }),
        response: { 200: Answer(TemplateView), ...errors('NOT_FOUND') },
        detail: { operationId: 'templates_get', summary: 'One template: what a customer may set' },
      },
    )

const viewOf = ({
  name,
  title,
  description,
  firstSteps,
  homepage,
  type,
  licence,
  containers,
  inputs,
  minimum,
}: Template) => ({
  name,
  title,
  description,
  firstSteps,
  homepage,
  type,
  licence,
  containers: containers.map((container) => ({ name: container.name, image: container.image })),
  inputs,
  minimum,
})
