import type { ControlPlane } from '../control-plane'
import { isActive, isReady } from '../controllers/pods'
import { matchesLabels } from '../selectors'
import type { Ingress, IngressSpec, Pod, Service } from '../types'
import { renderPage } from './page'

interface Route {
  ingress: Ingress
  service: Service | undefined
  serviceName: string
}

/** Stands where the ingress controller would: finds the app a request's host and path belong to, and tells about it. */
export class AppsIngress {
  /** Hosts of Ingress rules → keys of the Ingresses that have them. */
  #hosts = new Map<string, Set<string>>()

  constructor(private readonly plane: ControlPlane) {
    plane.store.onChange(({ resource, object, previous, type }) => {
      if (resource !== 'ingresses') return
      const { namespace, name } = object.metadata
      const key = `${namespace}/${name}`
      for (const host of hostsOf(previous as Ingress | undefined)) this.#drop(host, key)
      if (type === 'DELETED') return
      for (const host of hostsOf(object as Ingress)) {
        const keys = this.#hosts.get(host) ?? new Set()
        this.#hosts.set(host, keys.add(key))
      }
    })
  }

  clear(): void {
    this.#hosts.clear()
  }

  answer(request: Request): Response {
    const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase()
    const start = request.url.indexOf('/', request.url.indexOf('//') + 2)
    const path = start < 0 ? '/' : request.url.slice(start).split('?')[0]!
    const route = this.#find(host, path)
    if (!route) {
      const sentence = 'No app answers at this address.'
      return renderPage({ status: 404, title: 'Not found', sentence, rows: [['Host', host]] })
    }
    return this.#tell(route, host)
  }

  #tell({ ingress, service, serviceName }: Route, host: string): Response {
    const namespace = ingress.metadata.namespace!
    const pods = service ? this.#podsOf(service) : []
    const ready = pods.filter(isReady)
    const shown = ready[0] ?? pods[0]
    const images = shown?.spec?.containers.map((container) => container.image ?? '').join(', ') ?? '—'
    const rows: [string, string][] = [
      ['Host', host],
      ['Service', serviceName],
      ['Namespace', namespace],
      ['Image', images],
      ['Status', describe(service, shown, ready.length)],
    ]
    const title = ingress.metadata.labels?.['app.kubernetes.io/name'] ?? ingress.metadata.name
    if (ready.length > 0) {
      return renderPage({ status: 200, title, sentence: 'On a real cluster this app would answer here.', rows })
    }
    const response = renderPage({ status: 503, title, sentence: 'No pod of this app is ready to answer.', rows })
    response.headers.set('retry-after', '5')
    return response
  }

  #podsOf({ metadata, spec }: Service): Pod[] {
    const { selector } = spec ?? {}
    if (!selector) return []
    const pods = this.plane.store.list('pods', metadata.namespace)
    return pods.filter((pod) => isActive(pod) && matchesLabels(selector, pod.metadata.labels))
  }

  #find(host: string, path: string): Route | undefined {
    const wildcard = `*${host.slice(host.indexOf('.'))}`
    for (const key of [...(this.#hosts.get(host) ?? []), ...(this.#hosts.get(wildcard) ?? [])]) {
      const [namespace, name] = key.split('/') as [string, string]
      const ingress = this.plane.store.find('ingresses', namespace, name)
      const serviceName = ingress && backendOf(ingress.spec, host, path)
      if (!serviceName) continue
      return { ingress, serviceName, service: this.plane.store.find('services', namespace, serviceName) }
    }
    return undefined
  }

  #drop(host: string, key: string): void {
    const keys = this.#hosts.get(host)
    keys?.delete(key)
    if (keys?.size === 0) this.#hosts.delete(host)
  }
}

const hostsOf = (ingress: Ingress | undefined): string[] =>
  (ingress?.spec?.rules ?? []).flatMap((rule) => rule.host?.toLowerCase() ?? [])

/** The longest matching path wins; without one the default backend does. */
function backendOf(spec: IngressSpec | undefined, host: string, path: string): string | undefined {
  const wildcard = `*${host.slice(host.indexOf('.'))}`
  const paths = (spec?.rules ?? [])
    .filter((rule) => rule.host?.toLowerCase() === host || rule.host?.toLowerCase() === wildcard)
    .flatMap((rule) => rule.http?.paths ?? [])
    .filter((each) => matchesPath(each.path ?? '/', each.pathType, path))
    .sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0))
  return paths[0]?.backend.service?.name ?? spec?.defaultBackend?.service?.name
}

function matchesPath(wanted: string, type: string | undefined, path: string): boolean {
  if (type === 'Exact') return path === wanted
  const prefix = wanted.replace(/\/$/, '')
  return path === prefix || path.startsWith(`${prefix}/`)
}

function describe(service: Service | undefined, pod: Pod | undefined, ready: number): string {
  if (!service) return 'its Service does not exist'
  if (ready > 0) return ready === 1 ? 'running' : `running, ${ready} pods`
  const waiting = pod?.status?.containerStatuses?.find((each) => each.state.waiting)?.state.waiting
  return waiting?.reason ?? pod?.status?.phase ?? 'stopped'
}
