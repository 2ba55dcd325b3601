import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subprocess } from 'bun'

const nobody = 65_534
const readyMs = 20_000

export interface Server {
  url: string
  /** What it said on stderr so far: the welcome, without the log. */
  said(): string
  /** Sends the signal and waits; how it ended, and after how long. */
  stop(signal: NodeJS.Signals): Promise<{ code: number; ms: number }>
}

export interface Ended {
  code: number
  out: string
  err: string
}

export interface Program {
  folder: string
  run(args: string[], environment?: Record<string, string>): Promise<Ended>
  serve(environment?: Record<string, string>): Promise<Server>
  remove(): Promise<void>
}

/** The binary alone in an empty folder, run by nobody in particular and with nothing in its environment. */
export async function placeProgram(binary: string): Promise<Program> {
  const place = await mkdtemp(join(tmpdir(), 'minispod-smoke-'))
  const file = join(place, 'minispod')
  const folder = join(place, 'empty')
  await Bun.$`cp ${binary} ${file} && chmod 755 ${place} ${file} && mkdir ${folder}`
  const asNobody = process.getuid?.() === 0
  if (asNobody) await Bun.$`chown ${nobody}:${nobody} ${folder}`
  const command = asNobody ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', file] : [file]
  const running = new Set<Subprocess>()

  const spawn = (args: string[], environment: Record<string, string>) => {
    const child = Bun.spawn([...command, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    running.add(child)
    void child.exited.then(() => running.delete(child))
    return child
  }

  return {
    folder,
    async run(args, environment = {}) {
      const child = spawn(args, environment)
      const [out, err, code] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return { code, out, err }
    },
    async serve(environment = {}) {
      const port = freePort()
      const child = spawn([], { PORT: String(port), HOST: '127.0.0.1', ...environment })
      let said = ''
      void new Response(child.stdout).text()
      void collect(child.stderr, (part) => {
        said += part
      })
      const url = `http://127.0.0.1:${port}`
      await waitUntilServing(url, child, () => said)
      return {
        url,
        said: () => said,
        async stop(signal) {
          const startedAt = performance.now()
          child.kill(signal)
          const code = await child.exited
          return { code, ms: performance.now() - startedAt }
        },
      }
    },
    async remove() {
      for (const child of running) child.kill('SIGKILL')
      await Promise.all([...running].map((child) => child.exited))
      await rm(place, { recursive: true, force: true })
    },
  }
}

async function waitUntilServing(url: string, child: Subprocess, said: () => string): Promise<void> {
  const deadline = performance.now() + readyMs
  for (;;) {
    // Alive it is before it is ready, and it tells of itself last of all.
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok && said().includes(' is ready\n')) return
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`)
    if (performance.now() > deadline) throw new Error(`it does not serve: ${said()}`)
    await Bun.sleep(20)
  }
}

async function collect(stream: ReadableStream<Uint8Array>, take: (part: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read())
    take(decoder.decode(part.value, { stream: true }))
}

function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = probe
  probe.stop(true)
  return port!
}
