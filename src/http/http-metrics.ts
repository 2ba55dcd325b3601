import { Counter, type Histogram, type Registry } from 'prom-client'
import { unmatched } from './request-context'

const bounds = [0.005, 0.025, 0.1, 0.2, 0.5, 1, 5]

/**
 * Requests by route and status, and the time of those that were served or failed. Counted in plain arrays: a labelled observe costs more
 * than a whole request may. What was refused has no time of its own: anybody could make a scrape as long as there are routes and refusals.
 */
export class HttpMetrics {
  readonly #counts = new Map<string, Count[]>()
  readonly #times = new Map<string, Time[]>()

  constructor(registry: Registry) {
    const counts = () => [...this.#counts.values()].flat()
    new Counter({
      name: 'minispod_http_requests_total',
      help: 'HTTP requests',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { method, route, status, count } of counts()) this.inc({ method, route, status }, count)
      },
    })
    registry.registerMetric(durations(() => [...this.#times.values()].flat()))
  }

  observe(asked: string, route: string, status: number, ms: number): void {
    // Where no route has it, a method may be any word.
    const method = status === 405 || route === unmatched ? 'other' : asked
    const ofRoute = this.#counts.get(route)
    const known = ofRoute?.find((one) => one.status === status && one.method === method)
    if (known) known.count++
    else this.#counts.set(route, [...(ofRoute ?? []), { method, route, status, count: 1 }])
    if (status < 400 || status >= 500) this.#time(method, route, ms / 1000)
  }

  #time(method: string, route: string, seconds: number): void {
    const known = this.#times.get(route)?.find((one) => one.method === method)
    const time = known ?? { method, route, count: 0, seconds: 0, buckets: bounds.map(() => 0) }
    if (!known) this.#times.set(route, [...(this.#times.get(route) ?? []), time])
    time.count++
    time.seconds += seconds
    for (let index = bounds.length - 1; index >= 0 && seconds <= bounds[index]!; index--) time.buckets[index]!++
  }
}

const name = 'minispod_http_request_duration_seconds'

/** A histogram made of figures that were counted already: prom-client's own would have to observe each request. */
function durations(all: () => Time[]): Histogram {
  const help = 'HTTP request time'
  const shown = {
    name,
    help,
    type: 'histogram',
    reset() {},
    get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: all().flatMap(valuesOf) }),
  }
  return shown as unknown as Histogram
}

function valuesOf({ method, route, buckets, count, seconds }: Time) {
  const labels = { method, route }
  const upTo = (le: string, value: number) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value })
  return [
    ...bounds.map((bound, index) => upTo(String(bound), buckets[index]!)),
    upTo('+Inf', count),
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

interface Count {
  method: string
  route: string
  status: number
  count: number
}

interface Time {
  method: string
  route: string
  count: number
  seconds: number
  buckets: number[]
}
