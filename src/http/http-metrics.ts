import { Counter, type Histogram, type Registry } from 'prom-client'

const bounds = [0.005, 0.025, 0.1, 0.2, 0.5, 1, 5]

/** Requests by route and status, with their time. Counted in plain arrays: a labelled observe costs more than a whole request may. */
export class HttpMetrics {
  readonly #byRoute = new Map<string, Series[]>()

  constructor(registry: Registry) {
    const all = () => [...this.#byRoute.values()].flat()
    new Counter({
      name: 'minispod_http_requests_total',
      help: 'HTTP requests',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { method, route, status, count } of all()) this.inc({ method, route, status }, count)
      },
    })
    registry.registerMetric(durations(all))
  }

  observe(method: string, route: string, status: number, ms: number): void {
    const series = this.#find(method, route, status)
    const seconds = ms / 1000
    series.count++
    series.seconds += seconds
    for (let index = bounds.length - 1; index >= 0 && seconds <= bounds[index]!; index--) series.buckets[index]!++
  }

  #find(method: string, route: string, status: number): Series {
    let ofRoute = this.#byRoute.get(route)
    if (!ofRoute) {
      ofRoute = []
      this.#byRoute.set(route, ofRoute)
    }
    let series = ofRoute.find((known) => known.status === status && known.method === method)
    if (!series) {
      series = { method, route, status, count: 0, seconds: 0, buckets: bounds.map(() => 0) }
      ofRoute.push(series)
    }
    return series
  }
}

const name = 'minispod_http_request_duration_seconds'

/** A histogram made of figures that were counted already: prom-client's own would have to observe each request. */
function durations(all: () => Series[]): Histogram {
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

function valuesOf({ method, route, status, buckets, count, seconds }: Series) {
  const labels = { method, route, status }
  const upTo = (le: string, value: number) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value })
  return [
    ...bounds.map((bound, index) => upTo(String(bound), buckets[index]!)),
    upTo('+Inf', count),
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

interface Series {
  method: string
  route: string
  status: number
  count: number
  seconds: number
  buckets: number[]
}
