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
  if (running) return runOf(pod, container, status!, running.startedAt, undefined, lineMs)
  const ended = terminated ?? status?.lastState.terminated
  if (!ended) return undefined
  return runOf(pod, container, status!, ended.startedAt, ended.finishedAt, lineMs)
}

/** The life before the present one; a container that has had only one shows the last line of a life nobody else saw. */
export function previousRun(pod: Pod, container: Container, lineMs: number): ContainerRun | undefined {
  const status = statusOf(pod, container)
  if (!status?.state.running && !status?.lastState.terminated) return undefined
  const ended = status.lastState.terminated
  const run = currentRun(pod, container, lineMs)!
  if (!ended) return { ...run, startMs: run.startMs - lineMs, endMs: run.startMs, seed: `${run.seed}/before` }
  return runOf(pod, container, status, ended.startedAt, ended.finishedAt, lineMs)
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
    lineMs,
  }
}

const openingLines = 2
/** A line of the app's own after every third numbered one, at the moment of the next. */
const appLineEvery = 3

/** How many lines the run has written by then. */
export function lineCount(run: ContainerRun, now: number): number {
  const until = Math.min(now, run.endMs ?? now)
  if (until < run.startMs) return 0
  const ticks = Math.floor((until - run.startMs) / run.lineMs)
  const steady = ticks + Math.floor(Math.max(0, ticks - 1) / appLineEvery)
  return openingLines + steady + (run.endMs !== undefined && run.endMs <= now ? 1 : 0)
}

/** The number that line n carries; undefined for a line of the app's own. */
function placeOf(index: number): { tick: number; numbered: boolean } {
  const steady = index - openingLines
  const group = Math.floor(steady / (appLineEvery + 1))
  const place = steady % (appLineEvery + 1)
  return { tick: group * appLineEvery + place + 1, numbered: place < appLineEvery }
}

/** When line n is written: two at the start, then one or two every `lineMs`; the last one belongs to the end. */
export function lineTime(run: ContainerRun, index: number, count: number): number {
  if (run.endMs !== undefined && index === count - 1) return run.endMs
  return index < openingLines ? run.startMs : run.startMs + placeOf(index).tick * run.lineMs
}

export function lineAt(run: ContainerRun, index: number, count: number): LogLine {
  const ms = lineTime(run, index, count)
  return { ms, nanos: nanosOf(run, ms, index), text: textOf(run, index, count) }
}

/** RFC 3339 with nanoseconds, as the kubelet writes it. */
export function timestampOf({ ms, nanos }: LogLine): string {
  return `${new Date(Math.floor(ms)).toISOString().slice(0, -1)}${nanos}Z`
}

/** Lines of one moment still differ, in their order. */
function nanosOf(run: ContainerRun, ms: number, index: number): string {
  const part = Math.floor((ms - Math.floor(ms)) * 1e6)
  const order = (index % 4) * 200_000 + Math.floor(fractionOf(`${run.seed}${index}`) * 100_000)
  return String(Math.min(999_999, part + order)).padStart(6, '0')
}

const paths = ['/', '/healthz', '/assets/app.js', '/api/items', '/login', '/api/items/42', '/favicon.ico']

function textOf(run: ContainerRun, index: number, count: number): string {
  if (run.endMs !== undefined && index === count - 1) return 'the last line of the run before'
  if (index === 0) return 'started'
  if (index === 1) return '\u001b[31mwarning\u001b[0m: colours and ünïcode'
  const { tick, numbered } = placeOf(index)
  if (numbered) return `line ${tick}`
  const name = nameOf(run.image)
  if (tick === appLineEvery + 1) return `${name} listening on port ${run.port}`
  const chance = fractionOf(`${run.seed}#${index}`)
  const path = paths[Math.floor(chance * paths.length)]!
  return `${name} GET ${path} 200 ${(1 + chance * 40).toFixed(1)} ms`
}

function nameOf(image: string): string {
  return image.split('@')[0]!.split('/').at(-1)!.split(':')[0] || 'app'
}
