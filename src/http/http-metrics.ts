import { Counter, type Registry } from 'prom-client'

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
    new Counter({
      name: 'minispod_http_request_duration_seconds_bucket',
      help: 'HTTP request time, cumulative by upper bound',
      labelNames: ['method', 'route', 'status', 'le'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { method, route, status, buckets, count } of all()) {
          for (const [index, bound] of bounds.entries()) {
            this.inc({ method, route, status, le: String(bound) }, buckets[index]!)
          }
          this.inc({ method, route, status, le: '+Inf' }, count)
        }
      },
    })
    new Counter({
      name: 'minispod_http_request_duration_seconds_sum',
      help: 'HTTP request time in total',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { method, route, status, seconds } of all()) this.inc({ method, route, status }, seconds)
      },
    })
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

interface Series {
  method: string
  route: string
  status: number
  count: number
  seconds: number
  buckets: number[]
}
