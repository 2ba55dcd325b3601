import { program } from './program'

export interface ServerChild {
  url: string
  /** By SIGKILL, as a power cut would; resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts the real program in processes of their own, one after another on the data that earlier ones left. */
export class ServerChildren {
  readonly #dataDir: string
  readonly #environment: Record<string, string | undefined>
  readonly #running = new Set<Bun.Subprocess>()

  constructor(dataDir: string, environment: Record<string, string | undefined>) {
    this.#dataDir = dataDir
    this.#environment = environment
  }

  /** Resolves once it says where it listens. */
  async start(): Promise<ServerChild> {
    const child = Bun.spawn([process.execPath, await program()], {
      cwd: this.#dataDir,
      env: {
        PATH: process.env.PATH,
        HOME: this.#dataDir,
        DATA_DIR: this.#dataDir,
        PORT: '0',
        HOST: '127.0.0.1',
        ...this.#environment,
      },
      stdout: 'ignore',
      stderr: 'pipe',
    })
    this.#running.add(child)
    return { url: await urlSaidBy(child), kill: () => this.#kill(child) }
  }

  killAll(): void {
    for (const child of this.#running) child.kill('SIGKILL')
  }

  async #kill(child: Bun.Subprocess): Promise<void> {
    child.kill('SIGKILL')
    await child.exited
    this.#running.delete(child)
  }
}

async function urlSaidBy({ stderr }: Bun.Subprocess<'ignore', 'ignore', 'pipe'>): Promise<string> {
  let said = ''
  const reader = stderr.pipeThrough(new TextDecoderStream()).getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    said += part.value
    const url = /API {2,}(http\S+)\/api/.exec(said)?.[1]
    if (url) return url
  }
  throw new Error(`the server ended: ${said}`)
}
