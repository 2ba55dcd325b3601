import { type KubeOptions, loadConnection } from '../../src/kube'
import { createHand, type Hand } from '../support/hand'

export type Answer = (request: Request, url: URL) => Response | Promise<Response>

export interface FakeApiServer {
  kube: Hand
  url: string
  /** Method, path and query of what was asked, in order. */
  asked: string[]
  stop(): Promise<void>
}

/** A real HTTP server that answers as a test wants an API server to. */
export async function startApiServer(answer: Answer, options?: KubeOptions): Promise<FakeApiServer> {
  const asked: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    development: false,
    fetch(request) {
      const url = new URL(request.url)
      asked.push(`${request.method} ${url.pathname}${url.search}`)
      return answer(request, url)
    },
  })
  const url = `http://127.0.0.1:${server.port}`
  const kube = createHand(await loadConnection({ server: url, token: 'sesame' }), { random: () => 0, ...options })
  return { kube, url, asked, stop: () => server.stop(true) }
}

export function statusOf(code: number, reason: string, more: object = {}): Response {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `said ${reason}`, ...more }
  return Response.json(body, { status: code })
}

export function configMapOf(name: string, resourceVersion: string, more: object = {}): object {
  return { metadata: { name, namespace: 'ns', uid: name, resourceVersion, creationTimestamp: '', ...more } }
}

export function listOf(resourceVersion: string, items: object[], next?: string): Response {
  return Response.json({ kind: 'ConfigMapList', metadata: { resourceVersion, continue: next }, items })
}

/** A watch that sends these events and then stays open, is closed, or is broken off. */
export function watchOf(events: object[], then: 'stay' | 'close' | 'break' = 'stay'): Response {
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('')
  return streamOf([new TextEncoder().encode(text)], then)
}

export function streamOf(chunks: Uint8Array[], then: 'stay' | 'close' | 'break'): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(chunk)
        await Bun.sleep(5)
      }
      if (then === 'close') controller.close()
      // What was written before has to get out first.
      for (let turn = 0; then === 'break' && turn < 20; turn++) await Bun.sleep(2)
      if (then === 'break') controller.error(new Error('broken off'))
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}
