import type { Identity, Tokens } from '../auth/identity'
import { isAllowed } from '../auth/rbac'
import { requestToken } from '../auth/token-request'
import type { ControlPlane } from '../control-plane'
import { badRequest, forbidden, methodNotAllowed, StatusError, unknownResource } from '../errors'
import { findKindByPath, type Kind } from '../kinds'
import { parseJsonObject, readText } from './body'
import { answer, type Call } from './call'
import { listObjects, Snapshots } from './list'
import { LogReader } from './logs'
import { answerMetrics } from './metrics'
import { type ApiPath, parseApiPath } from './paths'
import { deleteFromRequest } from './remove'
import { WatchHub } from './watch'
import { createFromRequest, getLive, patchFromRequest } from './write'

const noQuery = new URLSearchParams()

/** The Kubernetes API over the store: who asks, for what, and which of the verbs below answers. */
export class Api {
  readonly snapshots = new Snapshots()
  readonly watches: WatchHub
  readonly logs: LogReader

  constructor(
    private readonly plane: ControlPlane,
    private readonly tokens: Tokens,
  ) {
    this.watches = new WatchHub(plane.store)
    this.logs = new LogReader(plane)
  }

  async handle(request: Request): Promise<Response> {
    try {
      return await this.#answer(request)
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      const response = answer(error.body(), error.code)
      if (error.retryAfterSeconds !== undefined) response.headers.set('retry-after', String(error.retryAfterSeconds))
      return response
    }
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, query } = splitUrl(request.url)
    const identity = this.tokens.identify(request.headers.get('authorization'), this.plane.clock.now().getTime())
    const path = parseApiPath(pathname)
    if (!path) return answerPath(pathname)
    if (path.group === 'metrics.k8s.io') return this.#answerMetrics(request, path, identity)
    const kind = findKindByPath(path.apiVersion, path.resource)
    if (!kind) throw unknownResource()
    if (!kind.namespaced) path.namespace = ''
    const call: Call = { plane: this.plane, request, query, path, kind, identity }
    this.#authorize(call)
    // Whoever asks for a rehearsal must not get the act.
    if (query.has('dryRun')) throw badRequest('dry runs are not served here')
    return this.#dispatch(call)
  }

  #dispatch(call: Call): Response | Promise<Response> {
    const { path, request } = call
    if (path.subresource) return this.#answerSubresource(call)
    if (!path.name) return this.#answerCollection(call)
    switch (request.method) {
      case 'GET':
        return answer(getLive(call))
      case 'PATCH':
        return patchFromRequest(call)
      case 'DELETE':
        return deleteFromRequest(call)
      default:
        throw methodNotAllowed()
    }
  }

  #answerCollection(call: Call): Response | Promise<Response> {
    const { kind, path, request } = call
    switch (request.method) {
      case 'GET':
        return isWatch(call.query) ? this.watches.open(call) : listObjects(call, this.snapshots)
      case 'POST':
        if (kind.namespaced && !path.namespace) throw methodNotAllowed()
        return createFromRequest(call)
      default:
        throw methodNotAllowed()
    }
  }

  #answerSubresource(call: Call): Response | Promise<Response> {
    const { kind, path, request } = call
    const { method } = request
    const asked = `${method} ${kind.resource}/${path.subresource}`
    if (asked === 'GET pods/log') return this.logs.answer(call)
    if (asked === 'POST serviceaccounts/token') return this.#answerToken(call)
    if (path.subresource !== 'status' || !kind.hasStatus) throw unknownResource()
    if (method === 'GET') return answer(getLive(call))
    if (method === 'PATCH') return patchFromRequest(call)
    throw methodNotAllowed()
  }

  async #answerToken({ path, request }: Call): Promise<Response> {
    const body = parseJsonObject((await readText(request)) || '{}', (problem) => `error decoding: ${problem}`)
    return answer(requestToken(this.plane, this.tokens, path.namespace, path.name, body), 201)
  }

  #answerMetrics(request: Request, path: ApiPath, identity: Identity): Response {
    if (request.method !== 'GET') throw methodNotAllowed()
    if (path.resource !== 'pods' || !path.name) throw unknownResource()
    if (!isAllowed(this.plane.store, identity, { ...path, verb: 'get' }))
      throw refusal(identity, { ...path, verb: 'get' })
    return answerMetrics(this.plane, path)
  }

  #authorize({ path, kind, identity, request, query }: Call): void {
    const verb = verbOf(request.method, path, query)
    const { name, namespace, subresource } = path
    const wanted = {
      verb,
      group: kind.group,
      resource: kind.resource,
      subresource: subresource || undefined,
      name: name || undefined,
      // RBAC treats reading a Namespace as something inside it.
      namespace: namespace || (kind.resource === 'namespaces' ? name : '') || undefined,
    }
    if (!isAllowed(this.plane.store, identity, wanted)) throw refusal(identity, { ...path, verb }, kind)
  }
}

const answerPath = (pathname: string): Response =>
  /^\/(livez|readyz|healthz)$/.test(pathname)
    ? new Response('ok')
    : new Response('404 page not found\n', { status: 404 })

function splitUrl(url: string): { pathname: string; query: URLSearchParams } {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const mark = url.indexOf('?', start)
  if (mark < 0) return { pathname: url.slice(start), query: noQuery }
  return { pathname: url.slice(start, mark), query: new URLSearchParams(url.slice(mark + 1)) }
}

const isWatch = (query: URLSearchParams): boolean => query.get('watch') === 'true' || query.get('watch') === '1'

function verbOf(method: string, { name }: ApiPath, query: URLSearchParams): string {
  if (method === 'GET') return name ? 'get' : isWatch(query) ? 'watch' : 'list'
  return { POST: 'create', PATCH: 'patch' }[method] ?? method.toLowerCase()
}

function refusal(identity: Identity, asked: ApiPath & { verb: string }, kind?: Kind): StatusError {
  const { verb, group, resource, subresource, namespace, name } = asked
  const what = subresource ? `${resource}/${subresource}` : resource
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const message = `User "${identity.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`
  if (kind) return forbidden(kind, name || undefined, message)
  const shown = `${resource}${group ? `.${group}` : ''}${name ? ` "${name}"` : ''}`
  return new StatusError(403, 'Forbidden', `${shown} is forbidden: ${message}`, { group, kind: resource })
}
