import { t } from 'elysia'
import { IdText, Instant, model, nullable, words } from '../../http/schema'

export const InstanceStatusWord = words(
  'PENDING',
  'PROVISIONING',
  'RUNNING',
  'STOPPING',
  'STOPPED',
  'STARTING',
  'RESTARTING',
  'ERROR',
  'TERMINATING',
  'TERMINATED',
)

export const UrlsView = model('InstanceUrls', t.Object({ public: nullable(t.String()), admin: nullable(t.String()) }))

const OfferView = model(
  'OfferedUpdate',
  t.Object(
    {
      version: t.Integer(),
      changes: t.Array(t.Object({ container: t.String(), from: nullable(t.String()), to: nullable(t.String()) }), {
        description: 'Images that differ; null where a container is new or gone',
      }),
      note: nullable(t.String({ description: 'What is new in it, in the operator’s words' })),
    },
    { description: 'A newer version of its template: `POST /instances/:id/update` takes it' },
  ),
)

export const InstanceView = model(
  'Instance',
  t.Object({
    id: t.String(),
    subscriptionId: t.String(),
    name: t.String(),
    namespace: t.String(),
    status: InstanceStatusWord,
    statusReason: nullable(t.String({ description: 'Why, in words for the customer' })),
    urls: UrlsView,
    templateVersion: t.Integer({ description: 'Of its template; it keeps it until it is updated' }),
    update: nullable(OfferView),
    podName: nullable(t.String()),
    restarts: t.Integer(),
    cpu: t.Object({ limitMillicores: t.Integer() }),
    memory: t.Object({ limitMb: t.Integer() }),
    createdAt: Instant,
    readyAt: nullable(Instant),
  }),
)

export const HealthView = model(
  'InstanceHealth',
  t.Object({
    instanceId: t.String(),
    healthy: t.Boolean(),
    status: InstanceStatusWord,
    reason: nullable(t.String()),
    restarts: t.Integer(),
    checkedAt: Instant,
  }),
)

export const InstanceId = t.Object({ id: IdText })
export const ConfirmInput = model(
  'ConfirmInput',
  t.Object({ confirm: t.String({ maxLength: 200, description: 'The name of it' }) }),
)

const maxInputs = 40
const maxInputLength = 1_000
// Wider than what any input takes, so that the input itself says what is wrong.
const maxNames = 100
const maxNamedLength = 5_000
const maxTexts = 50

const Named = t.Record(t.String(), t.Union([t.String({ maxLength: maxNamedLength }), t.Null()]), {
  maxProperties: maxNames,
})
const Texts = t.Array(t.String({ maxLength: maxNamedLength }), { maxItems: maxTexts })

/** Values for the inputs of a template. */
export const inputValues = (description: string) =>
  t.Record(
    t.String(),
    t.Union([t.String({ maxLength: maxInputLength }), t.Integer(), t.Boolean(), t.Null(), Named, Texts]),
    { maxProperties: maxInputs, description },
  )

export const ConfigValues = inputValues(
  'Values for the inputs of the app’s template; null clears an optional one. Variables are changed name by name, and null takes one away.',
)
export const ConfigInput = model('ConfigInput', t.Object({ config: ConfigValues }))
