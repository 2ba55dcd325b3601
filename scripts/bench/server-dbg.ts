import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const readyWithinMs = 30_000
const lookEveryMs = 2

export interface BenchServer {
  port: number
  pid: number
  /** From the moment it was asked for to the first 200 on /readyz. */
  readyMs: number
  residentMb(): number
  stop(): Promise<void>
}

/** MinisPod as a process of its own, as an operator starts it: nothing set but where its data and its port are. */
export async function startServer(
  command: string[],
  dataDir: string,
  environment: Record<string, string> = {},
): Promise<BenchServer> {
  const port = freePort()
  const startedAt = performance.now()
  const child = Bun.spawn(command, {
    env: { PATH: process.env.PATH ?? '', PORT: String(port), HOST: '127.0.0.1', DATA_DIR: dataDir, ...environment },
    stdin: 'ignore',
    stdout: Bun.file('/tmp/speed-out.log'),
    stderr: 'pipe',
  })
  await waitForReady(port, child)
  const readyMs = performance.now() - startedAt
  return {
    port,
    pid: child.pid,
    readyMs,
    residentMb: () => residentMbOf(child.pid),
    async stop() {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}

export const sourceCommand = [process.execPath, join(import.meta.dir, '../../src/main.ts')]

async function waitForReady(port: number, child: Bun.Subprocess<'ignore', Bun.BunFile, 'pipe'>): Promise<void> {
  const deadline = performance.now() + readyWithinMs
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { keepalive: false }).catch(() => undefined)
    if (answer?.ok) return
    if (child.exitCode !== null || child.signalCode !== null) {
      const said = await new Response(child.stderr).text()
      throw new Error(`the server ended with ${child.signalCode ?? child.exitCode}: ${said}`)
    }
    if (performance.now() > deadline) throw new Error('the server does not get ready')
    await Bun.sleep(lookEveryMs)
  }
}

function residentMbOf(pid: number): number {
  if (process.platform === 'linux') {
    const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kb) / 1024
  }
  return Number(Bun.spawnSync(['ps', '-o', 'rss=', '-p', String(pid)]).stdout.toString()) / 1024
}

export function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = probe
  probe.stop(true)
  return port!
}
