// The baseline: Bun.serve that knows one answer and does nothing else. Reads it as JSON from stdin, prints its port.
export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface RawServer {
  port: number
  pid: number
  stop(): Promise<void>
}

/** Serves the answer from a process of its own. */
export async function startRawServer(answer: RawAnswer): Promise<RawServer> {
  const child = Bun.spawn([process.execPath, import.meta.path], {
    stdin: Buffer.from(JSON.stringify(answer)),
    stdout: 'pipe',
  })
  const { value } = await child.stdout.getReader().read()
  return {
    port: Number(new TextDecoder().decode(value)),
    pid: child.pid,
    async stop() {
      child.kill()
      await child.exited
    },
  }
}

if (import.meta.main) {
  const { status, headers, body }: RawAnswer = await Bun.stdin.json()
  const bytes = new TextEncoder().encode(body)
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response(bytes, { status, headers }) })
  console.log(server.port)
}
