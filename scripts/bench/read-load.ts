import { readFileSync } from 'node:fs'
import { runLoadElsewhere } from './load'
import { assertAll, get } from './requests'

export interface ReadLoad {
  port: number
  path: string
  token: string | undefined
  connections: number
  ms: number
}

/**
 * Complete answers a second to one request over and over, each of them a 200. By wrk where it is installed: a generator in Bun takes as
 * long for a small answer as a bare server does.
 */
export async function loadRead(load: ReadLoad): Promise<number> {
  return Bun.which('wrk') ? runWrk(load) : runOwn(load)
}

async function runWrk({ port, path, token, connections, ms }: ReadLoad): Promise<number> {
  const named = token === undefined ? [] : ['-H', `authorization: Bearer ${token}`]
  const length = `${Math.max(1, Math.round(ms / 1000))}s`
  const wrk = ['wrk', '-t', '1', '-c', String(connections), '-d', length, ...named, `http://127.0.0.1:${port}${path}`]
  const said = await new Response(Bun.spawn(wrk, { stdout: 'pipe' }).stdout).text()
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(`not every answer to ${path} was 200: ${said}`)
  return Number(/Requests\/sec: +([\d.]+)/.exec(said)?.[1])
}

async function runOwn({ port, path, token, connections, ms }: ReadLoad): Promise<number> {
  const order = { host: '127.0.0.1', port, connections, durationMs: ms, requests: [get(path, token)] }
  return assertAll(200, await runLoadElsewhere(order)).perSecond
}

/** Processor time that a process has used, in microseconds, on Linux; elsewhere 0. */
export function cpuMicrosOf(pid: number): number {
  if (process.platform !== 'linux') return 0
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}
