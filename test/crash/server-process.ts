import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

const readyWithinMs = 90_000
const lookEveryMs = 10
const endWithinMs = 30_000

export interface ServerPlace {
  /** The program and its arguments before the verb. */
  command: string[]
  dataDir: string
  port: number
  environment: Record<string, string>
}

/** One life of the real server, to be ended by force. Log and words go to files, behind those of the lives before. */
export class ServerProcess {
  readonly #child: Bun.Subprocess
  readonly url: string

  constructor(place: ServerPlace) {
    this.url = `http://127.0.0.1:${place.port}`
    this.#child = spawnInto(place, ['serve'])
  }

  /** @throws Error when it ends first, or is not ready in time */
  async ready(): Promise<void> {
    const before = performance.now() + readyWithinMs
    while (!(await this.#isReady())) {
      if (this.#child.exitCode !== null) throw new Error(`the server ended with ${this.#child.exitCode} at its start`)
      if (performance.now() > before) throw new Error('the server did not get ready')
      await Bun.sleep(lookEveryMs)
    }
  }

  /** Resolves when the operating system has taken everything back. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#child.exited
  }

  /** Ends as an operator would end it. @returns its exit code */
  async stop(): Promise<number> {
    this.#child.kill('SIGTERM')
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), endWithinMs)
    const code = await this.#child.exited
    clearTimeout(insist)
    return code
  }

  async #isReady(): Promise<boolean> {
    try {
      const { status, body } = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(1_000) })
      await body?.cancel()
      return status === 200
    } catch {
      return false
    }
  }
}

/** Another command of the same program on the same folder, to its end. */
export async function runVerb(place: ServerPlace, verb: string): Promise<{ code: number; said: string }> {
  const child = Bun.spawn([...place.command, verb], { ...surroundings(place), stdout: 'pipe', stderr: 'pipe' })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, said: `${out}${err}`.trim() }
}

function spawnInto(place: ServerPlace, args: string[]): Bun.Subprocess {
  const [out, err] = ['server.log', 'server.err'].map((name) => openSync(join(place.dataDir, '..', name), 'a'))
  try {
    return Bun.spawn([...place.command, ...args], { ...surroundings(place), stdout: out!, stderr: err! })
  } finally {
    closeSync(out!)
    closeSync(err!)
  }
}

const surroundings = ({ dataDir, port, environment }: ServerPlace) =>
  ({
    cwd: join(dataDir, '..'),
    stdin: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      HOME: dataDir,
      DATA_DIR: dataDir,
      PORT: String(port),
      HOST: '127.0.0.1',
      RATE_LIMITS: 'off',
      ...environment,
    },
  }) as const

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
