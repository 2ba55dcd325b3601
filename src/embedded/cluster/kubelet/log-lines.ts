import { fractionOf } from '../naming'
import type { Container, ContainerStatus, Pod } from '../types'

/** Lines a container's log file holds; older ones have been rotated away. */
export const maxLogLines = 10_000

/** One life of a container, from which every line of its log can be computed when somebody reads it. */
export interface ContainerRun {
  seed: string
  image: string
  port: number
  startMs: number
  /** Undefined while it runs. */
  endMs: number | undefined
  exitCode: number
  lineMs: number
}

export interface LogLine {
  /** Milliseconds, with a fraction down to the nanosecond as text. */
  ms: number
  nanos: string
  text: string
}

export function currentRun(pod: Pod, container: Container, lineMs: number): ContainerRun | undefined {
  const status = statusOf(pod, container)
  const { running, terminated } = status?.state ?? {}
  if (running) return runOf(pod, container, status!, running.startedAt, undefined, 0, lineMs)
  const ended = terminated ?? status?.lastState.terminated
  if (!ended) return undefined
  return runOf(pod, container, status!, ended.startedAt, ended.finishedAt, ended.exitCode, lineMs)
}

/** The life before the present one; a container that waits to be restarted shows its last life as current. */
export function previousRun(pod: Pod, container: Container, lineMs: number): ContainerRun | undefined {
  const status = statusOf(pod, container)
  const ended = status?.lastState.terminated
  if (!ended) return undefined
  return runOf(pod, container, status!, ended.startedAt, ended.finishedAt, ended.exitCode, lineMs)
}

function statusOf({ status }: Pod, { name }: Container): ContainerStatus | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]
  return all.find((each) => each.name === name)
}

function runOf(
  pod: Pod,
  container: Container,
  status: ContainerStatus,
  startedAt: string,
  finishedAt: string | undefined,
  exitCode: number,
  lineMs: number,
): ContainerRun {
  const startMs = Date.parse(startedAt)
  const endMs = finishedAt === undefined ? undefined : Math.max(Date.parse(finishedAt), startMs + 1)
  return {
    seed: `${pod.metadata.uid}/${container.name}/${startedAt}`,
    image: status.image,
    port: container.ports?.[0]?.containerPort ?? 8080,
    startMs,
    endMs,
    exitCode,
    lineMs,
  }
}

const openingLines = 2

/** How many lines the run has written by then. */
export function lineCount(run: ContainerRun, now: number): number {
  const until = Math.min(now, run.endMs ?? now)
  if (until < run.startMs) return 0
  const steady = Math.floor((until - run.startMs) / run.lineMs)
  return openingLines + steady + (run.endMs !== undefined && run.endMs <= now ? 1 : 0)
}

/** When line n is written: two at the start, then one every `lineMs`; the last one belongs to the end. */
export function lineTime(run: ContainerRun, index: number, count: number): number {
  if (run.endMs !== undefined && index === count - 1) return run.endMs
  return index < openingLines ? run.startMs + index * 0.001 : run.startMs + (index - 1) * run.lineMs
}

export function lineAt(run: ContainerRun, index: number, count: number): LogLine {
  const ms = lineTime(run, index, count)
  return { ms, nanos: nanosOf(run, ms, index), text: textOf(run, index, count) }
}

/** RFC 3339 with nanoseconds, as the kubelet writes it. */
export function timestampOf({ ms, nanos }: LogLine): string {
  return `${new Date(Math.floor(ms)).toISOString().slice(0, -1)}${nanos}Z`
}

function nanosOf(run: ContainerRun, ms: number, index: number): string {
  const below = Math.floor((ms - Math.floor(ms)) * 1e6) + Math.floor(fractionOf(`${run.seed}${index}`) * 900)
  return String(below).padStart(6, '0')
}

const paths = ['/', '/healthz', '/assets/app.js', '/api/items', '/login', '/api/items/42', '/favicon.ico']

function textOf(run: ContainerRun, index: number, count: number): string {
  const name = nameOf(run.image)
  if (run.endMs !== undefined && index === count - 1) {
    return run.exitCode === 0 ? `${name} stopped` : `${name} exits with code ${run.exitCode}`
  }
  if (index === 0) return `${name} started, listening on port ${run.port}`
  if (index === 1) return `\u001b[33mwarning\u001b[0m: ${name} runs on the embedded cluster: colours and ünïcode`
  const chance = fractionOf(`${run.seed}#${index}`)
  const path = paths[Math.floor(chance * paths.length)]!
  return `line ${index - 1}: GET ${path} 200 ${(1 + chance * 40).toFixed(1)} ms`
}

function nameOf(image: string): string {
  return image.split('@')[0]!.split('/').at(-1)!.split(':')[0] || 'app'
}
