import { maxBodyBytes } from './http/body'

type Server = ReturnType<typeof Bun.serve>

const internalError = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Internal error occurred',
  reason: 'InternalError',
  code: 500,
})

/** One HTTP port that can be closed and opened again: the second time it takes the port it had. */
export class Listener {
  #server: Server | undefined
  #port: number

  constructor(
    private readonly hostname: string,
    port: number,
    private readonly answer: (request: Request) => Response | Promise<Response>,
  ) {
    this.#port = port
  }

  get url(): string {
    return `http://${this.hostname}:${this.#port}`
  }

  open(): void {
    this.#server ??= Bun.serve({
      hostname: this.hostname,
      port: this.#port,
      // Watches and followed logs are silent for as long as nothing happens.
      idleTimeout: 0,
      maxRequestBodySize: maxBodyBytes,
      development: false,
      reusePort: false,
      fetch: this.answer,
      error: () => new Response(internalError, { status: 500, headers: { 'content-type': 'application/json' } }),
    })
    this.#port = this.#server.port ?? this.#port
  }

  /** Ends every connection, also those in the middle of an answer. */
  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    await server?.stop(true)
  }
}
