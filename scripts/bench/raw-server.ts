// The baseline: Bun.serve that knows its answers, gives them in turn and does nothing else. Reads them as JSON from stdin, prints its port.
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

/** Serves the answers, one after the other, from a process of its own. */
export async function startRawServer(...answers: RawAnswer[]): Promise<RawServer> {
  const child = Bun.spawn([process.execPath, import.meta.path], {
    stdin: Buffer.from(JSON.stringify(answers)),
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
  const answers: RawAnswer[] = await Bun.stdin.json()
  const kept = answers.map(({ body, ...head }) => ({ bytes: new TextEncoder().encode(body), head }))
  let next = 0
  const fetch = (): Response => {
    const { bytes, head } = kept[next++ % kept.length]!
    return new Response(bytes, head)
  }
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch })
  console.log(server.port)
}
