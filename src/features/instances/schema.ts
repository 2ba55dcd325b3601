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

export const ConfigValues = t.Record(
  t.String(),
  t.Union([t.String({ maxLength: maxInputLength }), t.Integer(), t.Boolean(), t.Null()]),
  { maxProperties: maxInputs, description: 'Values for the inputs of the app’s template; null clears an optional one' },
)
export const ConfigInput = model('ConfigInput', t.Object({ config: ConfigValues }))
