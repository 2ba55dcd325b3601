import { startApiServer } from '../kube/api-server'

/** What was written before has to get out first. */
async function breakOff(controller: ReadableStreamDefaultController): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Bun.sleep(2)
  controller.error(new Error('broken off'))
}

export interface LoggedLine {
  timestamp: string
  text: string
}

export interface LogServer {
  kube: Awaited<ReturnType<typeof startApiServer>>['kube']
  asked: string[]
  /** Newest last; empty while there is none. */
  pods: { name: string; lines: LoggedLine[] }[]
  /** Breaks a log off after so many lines; each time it is asked for. */
  breakAfter: number | undefined
  followers: number
  /** More lines for those who follow. */
  say(...lines: LoggedLine[]): void
  /** The newest pod ends, and those who follow it are told so. */
  endPod(): void
  stop(): Promise<void>
}

/** An API server whose pods and logs a test decides: `sinceTime` counts whole seconds and is inclusive, as a kubelet's is. */
export async function startLogServer(): Promise<LogServer> {
  const open = new Set<{ send(line: LoggedLine): void; end(): void }>()
  const api = await startApiServer((request, url) => {
    if (url.pathname.endsWith('/pods')) {
      const items = server.pods.map(({ name }, age) => ({
        metadata: {
          name,
          namespace: 'ns',
          uid: name,
          resourceVersion: '1',
          creationTimestamp: `2026-01-01T00:00:0${age}Z`,
        },
      }))
      return Response.json({ kind: 'PodList', metadata: { resourceVersion: '1' }, items })
    }
    const pod = server.pods.find(({ name }) => url.pathname.endsWith(`/pods/${name}/log`))
    if (!pod)
      return Response.json({ kind: 'Status', code: 404, reason: 'NotFound', message: 'no pod' }, { status: 404 })
    return answerLog(pod.lines, url, request.signal)
  })

  function answerLog(lines: LoggedLine[], url: URL, gone: AbortSignal): Response {
    const since = url.searchParams.get('sinceTime')
    const tail = url.searchParams.get('tailLines')
    const wholeSecond = since ? Math.floor(Date.parse(since) / 1000) * 1000 : 0
    const later = lines.filter(({ timestamp }) => Date.parse(timestamp) >= wholeSecond)
    const history = tail === null ? later : Number(tail) === 0 ? [] : later.slice(-Number(tail))
    let left = server.breakAfter ?? Number.POSITIVE_INFINITY
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const follower = {
          send(line: LoggedLine) {
            if (left-- <= 0) {
              open.delete(follower)
              void breakOff(controller)
              return
            }
            controller.enqueue(new TextEncoder().encode(`${line.timestamp} ${line.text}\n`))
          },
          end() {
            open.delete(follower)
            controller.close()
          },
        }
        open.add(follower)
        gone.addEventListener('abort', () => open.delete(follower))
        for (const line of history) if (open.has(follower)) follower.send(line)
        if (url.searchParams.get('follow') !== 'true') follower.end()
      },
    })
    return new Response(body)
  }

  const server: LogServer = {
    kube: api.kube,
    asked: api.asked,
    pods: [],
    breakAfter: undefined,
    get followers() {
      return open.size
    },
    say(...lines) {
      server.pods.at(-1)!.lines.push(...lines)
      for (const line of lines) for (const follower of [...open]) follower.send(line)
    },
    endPod() {
      server.pods.pop()
      for (const follower of [...open]) follower.end()
    },
    stop: () => api.stop(),
  }
  return server
}
