import { t } from 'elysia'
import { Instant, model, nullable, words } from '../../http/schema'
import { InstanceStatusWord, UrlsView } from '../instances/schema'

const logFilters = {
  container: t.Optional(t.String({ maxLength: 63 })),
  tail: t.Optional(t.Integer({ minimum: 0, maximum: 5_000, default: 100 })),
  since: t.Optional(t.String({ format: 'date-time' })),
  ansi: t.Optional(t.Boolean({ description: 'Keep colour codes' })),
}
export const LogsQuery = t.Object({ ...logFilters, previous: t.Optional(t.Boolean()) })
export const LogStreamQuery = t.Object(logFilters)

export const LogLineView = model(
  'LogLine',
  t.Object({
    timestamp: nullable(t.String()),
    stream: words('stdout', 'stderr'),
    pod: t.String(),
    container: t.String(),
    line: t.String(),
  }),
)

const usage = (unit: string) =>
  nullable(
    t.Object({
      used: t.Number({ description: unit }),
      limit: t.Number({ description: unit }),
      percentage: t.Integer({ description: 'Of the limit' }),
    }),
  )

export const MetricsView = model(
  'InstanceMetrics',
  t.Object({
    instanceId: nullable(t.String()),
    status: nullable(InstanceStatusWord),
    cpu: usage('Millicores'),
    memory: usage('MB, two decimals'),
    urls: nullable(UrlsView),
    timestamp: Instant,
    reason: t.Optional(t.String({ description: 'Only where figures are missing: why' })),
  }),
)
