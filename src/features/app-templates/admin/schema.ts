import { type Static, t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, SaidText, words } from '../../../http/schema'
import { ConfigValues, InstanceStatusWord } from '../../instances/schema'

export const TemplateParams = t.Object({ templateName: IdText })
export const VersionParams = t.Object({ templateName: IdText, version: t.Integer({ minimum: 1, maximum: 1_000_000 }) })

const Origin = words('built-in', 'operator')
const TemplateStatus = words('ACTIVE', 'RETIRED')
const VersionStatus = words('DRAFT', 'PUBLISHED')

export const TemplatesQuery = ListQuery({
  origin: t.Optional(Origin),
  status: t.Optional(TemplateStatus),
  sort: t.Optional(words('title', 'name')),
})
export const VersionsQuery = ListQuery({ status: t.Optional(VersionStatus) })

export const AdminTemplateView = model(
  'AdminTemplate',
  t.Object({
    name: t.String(),
    title: t.String(),
    origin: Origin,
    status: TemplateStatus,
    currentVersion: nullable(t.Integer({ description: 'What new apps are made of; null while all are drafts' })),
    newestVersion: t.Integer({ description: 'Drafts too' }),
    services: t.Integer({ description: 'Services that are made of it, drafts and retired ones too' }),
    apps: t.Integer({ description: 'Apps that are not gone, of any version' }),
    version: t.Integer({ description: 'Counts its changes; the ETag of a single one names it' }),
    createdAt: Instant,
    updatedAt: Instant,
  }),
)

const versionFields = {
  name: t.String(),
  version: t.Integer(),
  status: VersionStatus,
  isCurrent: t.Boolean(),
  note: nullable(t.String()),
  hash: t.String(),
  createdBy: nullable(t.String()),
  createdAt: Instant,
  publishedAt: nullable(Instant),
}
export const TemplateVersionView = model('TemplateVersion', t.Object(versionFields))
export const WholeVersionView = model(
  'WholeTemplateVersion',
  t.Object({
    ...versionFields,
    template: t.Record(t.String(), t.Unknown(), { description: 'As `GET /templates/schema.json` describes it' }),
  }),
)

/** As much as any request may hold. */
const longestUpload = 64 * 1024

export const UploadInput = model(
  'TemplateInput',
  t.Object(
    {
      template: t.Unsafe<Record<string, unknown>>({
        type: 'object',
        additionalProperties: true,
        'x-max-bytes': longestUpload,
        description: 'As `GET /templates/schema.json` describes it; its `name` says which',
      }),
      note: t.Optional(SaidText({ maxLength: 500, description: 'What is new in it, for whoever is offered it' })),
    },
    { 'x-max-bytes': longestUpload },
  ),
)
export type Upload = Static<typeof UploadInput>

export const TemplateChangeInput = model('TemplateChangeInput', t.Object({ status: TemplateStatus }))

export const PublishInput = model(
  'PublishInput',
  t.Object({
    confirmLicence: t.Optional(
      t.Boolean({ description: 'There is the agreement that its licence asks for, where services sell it already' }),
    ),
  }),
)

const PlanSizeInput = t.Object({
  cpuMillicores: t.Integer({ minimum: 10, maximum: 256_000 }),
  memoryMb: t.Integer({ minimum: 16, maximum: 4_194_304 }),
  storageGb: t.Integer({ minimum: 0, maximum: 100_000 }),
})

export const TryInput = model(
  'TryInput',
  t.Object({
    plan: t.Optional(t.Partial(PlanSizeInput, { description: 'What is left out is as small as the template allows' })),
    config: t.Optional(ConfigValues),
  }),
)
export type Try = Static<typeof TryInput>

export const PreviewView = model(
  'TemplatePreview',
  t.Object({
    minimum: t.Object({ cpuMillicores: t.Integer(), memoryMb: t.Integer(), storageGb: t.Integer() }),
    shortfalls: t.Array(words('cpuMillicores', 'memoryMb', 'storageGb'), {
      description: 'Sizes of the plan that are too small',
    }),
    objects: t.Array(
      t.Record(t.String(), t.Unknown(), { description: 'A Kubernetes object; values of Secrets are not shown' }),
    ),
    yaml: t.String({ description: 'The same, as one text for kubectl' }),
  }),
)

export const TrialParams = t.Object({ templateName: IdText, trialId: IdText })

export const TrialView = model(
  'TemplateTrial',
  t.Object({
    id: t.String(),
    name: t.String(),
    version: t.Integer(),
    namespace: t.String(),
    status: InstanceStatusWord,
    outcome: words('PENDING', 'READY', 'FAILED', 'TIMED_OUT'),
    readyAfterSeconds: nullable(t.Integer()),
    trouble: nullable(t.String({ description: 'What kept it from getting ready, in words' })),
    events: t.Array(t.String(), { description: 'What the cluster said, the oldest first; once it has ended' }),
    createdAt: Instant,
    deadlineAt: Instant,
    endedAt: nullable(Instant),
    removedAt: nullable(Instant),
  }),
)
