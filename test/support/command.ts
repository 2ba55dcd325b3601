import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './program'
import { until } from './until'

export interface CommandOptions {
  environment?: Record<string, string>
  dataDir?: string
  /** Else the program of the run. */
  program?: string
}

export interface Ended {
  code: number
  out: string
  err: string
}

/** A temporary folder for a DATA_DIR; `remove` it at the end. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'minispod-cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** One command of the real program in a process of its own, to its end. */
export async function runCommand(args: string[], options: CommandOptions = {}): Promise<Ended> {
  const child = await spawn(args, options)
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  return { code, out, err }
}

export interface ServerProcess {
  url: string
  pid: number
  /** What stands on its standard output (the log) and error (what it tells a person) by now. */
  out(): string
  err(): string
  signal(name: NodeJS.Signals): void
  ended: Promise<number>
  /** Asks it to end, and insists if it does not. */
  stop(): Promise<number>
}

/** `minispod serve` in a process of its own, on a free port, once it says that it is ready. */
export async function startServer(options: CommandOptions = {}): Promise<ServerProcess> {
  const child = await spawn(['serve'], {
    ...options,
    environment: { PORT: '0', HOST: '127.0.0.1', ...options.environment },
  })
  const out = gather(child.stdout)
  const err = gather(child.stderr)
  let ended = false
  void child.exited.then(() => {
    ended = true
  })
  const ready = () => ({ url: /API +(http\S+)\/api/.exec(err())?.[1], err: err() })
  const { url } = await until(
    'the start',
    async () => ready(),
    ({ url }) => url !== undefined || ended,
  )
  if (!url) throw new Error(`the server ended: ${err()} ${out()}`)
  return {
    url,
    pid: child.pid,
    out,
    err,
    ended: child.exited,
    signal: (name) => child.kill(name),
    async stop() {
      child.kill('SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), 20_000)
      const code = await child.exited
      clearTimeout(insist)
      return code
    },
  }
}

async function spawn(args: string[], { environment = {}, dataDir, program: main }: CommandOptions) {
  const { PATH = '', HOME = '', TEST_KUBECONFIG } = process.env
  return Bun.spawn([process.execPath, main ?? (await program()), ...args], {
    env: {
      PATH,
      HOME,
      K8S_NAMESPACE_PREFIX: `t${Math.random().toString(36).slice(2, 8)}-`,
      ...(TEST_KUBECONFIG ? { KUBECONFIG: TEST_KUBECONFIG } : {}),
      ...(dataDir ? { DATA_DIR: dataDir } : {}),
      ...environment,
    },
    cwd: tmpdir(),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

const text = (stream: ReadableStream<Uint8Array>): Promise<string> => new Response(stream).text()

function gather(stream: ReadableStream<Uint8Array>): () => string {
  let gathered = ''
  const decoder = new TextDecoder()
  void (async () => {
    const reader = stream.getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      gathered += decoder.decode(part.value, { stream: true })
    }
  })()
  return () => gathered
}
