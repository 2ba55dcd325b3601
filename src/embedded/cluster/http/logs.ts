import type { ControlPlane } from '../control-plane'
import { badRequest, invalid, type StatusError, tooManyRequests } from '../errors'
import {
  type ContainerRun,
  currentRun,
  lineAt,
  lineCount,
  lineTime,
  maxLogLines,
  previousRun,
  timestampOf,
} from '../kubelet/log-lines'
import type { Container, Pod } from '../types'
import type { Call } from './call'
import { getLive } from './write'

const maxFollowers = 2_000
const maxBehindBytes = 1024 * 1024
const encoder = new TextEncoder()

interface LogOptions {
  follow: boolean
  timestamps: boolean
  tailLines: number | undefined
  sinceMs: number | undefined
  limitBytes: number | undefined
}

/** Pod logs: computed when they are read, so a pod whose log nobody reads costs nothing. */
export class LogReader {
  #followers = new Set<Follower>()

  constructor(private readonly plane: ControlPlane) {
    plane.store.onChange(({ resource, object, type }) => {
      if (resource !== 'pods' || this.#followers.size === 0) return
      for (const follower of [...this.#followers]) {
        if (follower.podUid === object.metadata.uid) follower.observe(type === 'DELETED' ? undefined : (object as Pod))
      }
    })
  }

  get followers(): number {
    return this.#followers.size
  }

  answer(call: Call): Response {
    const pod = getLive(call) as Pod
    const { query } = call
    const options = readOptions(pod, query, this.plane.clock.now().getTime())
    const container = findContainer(pod, query.get('container'))
    // Without a node there is no kubelet to ask: the API server answers with nothing.
    if (!pod.spec?.nodeName) return textResponse('')
    const previous = query.get('previous') === 'true' || query.get('previous') === '1'
    const run = getRun(pod, container, previous, this.plane.timing.logLineMs)
    if (!options.follow || run.endMs !== undefined) return textResponse(readAll(run, options, this.#now()))
    if (this.#followers.size >= maxFollowers) throw tooManyRequests('too many log streams', 5)
    const follower = new Follower(pod, container, run, options, this.plane, (ended) => this.#followers.delete(ended))
    this.#followers.add(follower)
    return textResponse(follower.stream())
  }

  closeAll(): void {
    for (const follower of [...this.#followers]) follower.end()
  }

  #now(): number {
    return this.plane.clock.now().getTime()
  }
}

const textResponse = (body: string | ReadableStream): Response =>
  new Response(body, { headers: { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' } })

/** Writes what is new each time a line is due, until its container ends or its reader goes. */
class Follower {
  readonly podUid: string
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #written: number
  #left: number

  constructor(
    pod: Pod,
    private readonly container: Container,
    private run: ContainerRun,
    private readonly options: LogOptions,
    private readonly plane: ControlPlane,
    private readonly ended: (follower: Follower) => void,
  ) {
    this.podUid = pod.metadata.uid
    this.#written = firstLine(run, options, this.#now())
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY
  }

  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
          // Something must go out at once, or the reader waits for the headers until the first line.
          this.#write()
        },
        cancel: () => this.#stop(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
    )
  }

  /** The pod has changed: a run that is over is written to its end, and the stream ends with it. */
  observe(pod: Pod | undefined): void {
    const run = pod && currentRun(pod, this.container, this.run.lineMs)
    if (run && run.startMs === this.run.startMs && run.endMs === undefined) return
    if (run && run.startMs === this.run.startMs) this.run = run
    this.#write()
    this.end()
  }

  end(): void {
    const controller = this.#controller
    this.#stop()
    controller?.close()
  }

  #write(): void {
    const controller = this.#controller
    if (!controller) return
    const count = lineCount(this.run, this.#now())
    let text = ''
    for (; this.#written < count; this.#written++) text += shown(this.run, this.#written, count, this.options)
    if (text) {
      const bytes = encoder.encode(text).subarray(0, Math.min(this.#left, maxBehindBytes * 4))
      this.#left -= bytes.byteLength
      controller.enqueue(bytes)
    }
    if (this.#left <= 0 || (controller.desiredSize ?? 0) < -maxBehindBytes) {
      this.end()
      return
    }
    const due = lineTime(this.run, count, count + 1) - this.#now()
    this.#timer = setTimeout(() => this.#write(), Math.max(10, due))
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#controller = undefined
    this.ended(this)
  }

  #now(): number {
    return this.plane.clock.now().getTime()
  }
}

function readAll(run: ContainerRun, options: LogOptions, now: number): string {
  const count = lineCount(run, now)
  let text = ''
  for (let index = firstLine(run, options, now); index < count; index++) {
    text += shown(run, index, count, options)
    if (options.limitBytes !== undefined && text.length >= options.limitBytes) break
  }
  if (options.limitBytes === undefined) return text
  return Buffer.from(text).subarray(0, options.limitBytes).toString()
}

function shown(run: ContainerRun, index: number, count: number, { timestamps }: LogOptions): string {
  const line = lineAt(run, index, count)
  return timestamps ? `${timestampOf(line)} ${line.text}\n` : `${line.text}\n`
}

function firstLine(run: ContainerRun, { tailLines, sinceMs }: LogOptions, now: number): number {
  const count = lineCount(run, now)
  let first = Math.max(0, count - Math.min(tailLines ?? maxLogLines, maxLogLines))
  if (sinceMs === undefined) return first
  while (first < count && Math.floor(lineAt(run, first, count).ms) < sinceMs) first++
  return first
}

function getRun(pod: Pod, container: Container, previous: boolean, lineMs: number): ContainerRun {
  const { name } = pod.metadata
  if (previous) {
    const run = previousRun(pod, container, lineMs)
    if (run) return run
    throw badRequest(`previous terminated container "${container.name}" in pod "${name}" not found`)
  }
  const run = currentRun(pod, container, lineMs)
  if (run) return run
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  const reason = all.find((each) => each.name === container.name)?.state.waiting?.reason
  const state = /ImagePull/.test(reason ?? '') ? 'trying and failing to pull image' : (reason ?? 'ContainerCreating')
  throw badRequest(`container "${container.name}" in pod "${name}" is waiting to start: ${state}`)
}

function findContainer({ metadata, spec }: Pod, asked: string | null): Container {
  const containers = spec?.containers ?? []
  if (asked) {
    const found = [...containers, ...(spec?.initContainers ?? [])].find((each) => each.name === asked)
    if (found) return found
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`)
  }
  if (containers.length === 1) return containers[0]!
  const names = containers.map((each) => each.name).join(' ')
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names}]`)
}

function readOptions({ metadata }: Pod, query: URLSearchParams, now: number): LogOptions {
  const refuse = (field: string, message: string, reason = 'FieldValueInvalid'): StatusError =>
    invalid({ group: '', kind: 'PodLogOptions' }, metadata.name, [{ reason, message, field }])
  const whole = (name: string, atLeast: number): number | undefined => {
    const text = query.get(name)
    if (text === null || text === '') return undefined
    const value = Number(text)
    if (!Number.isInteger(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
    const rule = atLeast > 0 ? 'must be greater than 0' : 'must be greater than or equal to 0'
    if (value < atLeast) throw refuse(name, `Invalid value: ${value}: ${rule}`)
    return value
  }
  const sinceSeconds = whole('sinceSeconds', 1)
  const sinceTime = query.get('sinceTime')
  if (sinceTime && sinceSeconds !== undefined) {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified'
    throw refuse('[]', message, 'FieldValueForbidden')
  }
  const since = sinceTime ? Date.parse(sinceTime) : undefined
  if (Number.isNaN(since)) {
    const layout = '2006-01-02T15:04:05Z07:00'
    throw badRequest(`parsing time "${sinceTime}" as "${layout}": cannot parse "${sinceTime}" as "2006"`)
  }
  const yes = (name: string) => query.get(name) === 'true' || query.get(name) === '1'
  return {
    follow: yes('follow'),
    timestamps: yes('timestamps'),
    tailLines: whole('tailLines', 0),
    limitBytes: whole('limitBytes', 1),
    sinceMs: sinceSeconds === undefined ? since : now - sinceSeconds * 1_000,
  }
}
