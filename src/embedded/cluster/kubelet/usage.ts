import { fractionOf } from '../naming'
import { quantityNumber } from '../quantity'
import type { Container, Pod, ResourceList } from '../types'

const usualCores = 0.03
const usualBytes = 96 * 1024 * 1024
const wavesMs = [13 * 60_000, 47_000]
const warmUpMs = 120_000

/**
 * What a container would use at that time: moves like a small web app, always below its limits, and is the same whenever it
 * is asked. Undefined while it doesn't run or has only just started.
 */
export function containerUsage(pod: Pod, container: Container, now: number, delayMs: number): ResourceList | undefined {
  const status = pod.status?.containerStatuses?.find((each) => each.name === container.name)
  const startedAt = status?.state.running?.startedAt
  if (!startedAt) return undefined
  const age = now - Date.parse(startedAt)
  if (age < delayMs) return undefined
  const seed = `${pod.metadata.uid}/${container.name}`
  const { limits, requests } = container.resources ?? {}
  const load = loadAt(seed, now)
  const coresLimit = quantityNumber(limits?.cpu ?? requests?.cpu) || usualCores * 4
  const bytesLimit = quantityNumber(limits?.memory ?? requests?.memory) || usualBytes * 2
  const warmth = Math.min(1, 0.6 + (0.4 * age) / warmUpMs)
  const cores = coresLimit * (0.02 + 0.3 * load)
  const bytes = bytesLimit * warmth * (0.35 + 0.15 * fractionOf(seed) + 0.15 * load)
  return written(cores, bytes)
}

const written = (cores: number, bytes: number): ResourceList => ({
  cpu: `${Math.round(cores * 1e9)}n`,
  memory: `${Math.round(bytes / 1024)}Ki`,
})

/** From 0 to 1: two slow waves of the container's own phase. */
function loadAt(seed: string, now: number): number {
  const phase = fractionOf(seed)
  let load = 0
  for (const wave of wavesMs) load += Math.sin(2 * Math.PI * (now / wave + phase))
  return 0.5 + load / (2 * wavesMs.length)
}
