const answerWithinMs = 15_000
const pauseMs = 15
/** Over so many tries the server has been away for minutes: it does not come back. */
const maxTries = 8_000

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
  body: any
  /** Some earlier try may have been done and not been answered. */
  repeated: boolean
}

export interface Order {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
  token?: string
  key?: string
}

/** Asks until there is an answer: whatever the server's death swallowed is asked again, word for word. */
export async function askUntilAnswered(url: string, order: Order): Promise<Answer> {
  for (let tries = 0; tries < maxTries; tries++) {
    const answer = await tryOnce(url, order)
    if (answer) return { ...answer, repeated: tries > 0 }
    await Bun.sleep(pauseMs)
  }
  throw new Error(`${order.method} ${order.path} was never answered`)
}

/** Undefined where no whole answer came. Each on a connection of its own, so that nothing below repeats it unseen. */
async function tryOnce(url: string, order: Order): Promise<Omit<Answer, 'repeated'> | undefined> {
  const headers: Record<string, string> = { connection: 'close' }
  if (order.body !== undefined) headers['content-type'] = 'application/json'
  if (order.token) headers.authorization = `Bearer ${order.token}`
  if (order.key) headers['idempotency-key'] = order.key
  try {
    const response = await fetch(`${url}/api${order.path}`, {
      method: order.method,
      headers,
      body: order.body === undefined ? undefined : JSON.stringify(order.body),
      keepalive: false,
      signal: AbortSignal.timeout(answerWithinMs),
    })
    const body = JSON.parse(await response.text())
    // The port is open before the server is ready: as good as nobody there.
    if (response.status === 503 && body.error.message === 'The server is starting') return undefined
    return { status: response.status, body }
  } catch {
    return undefined
  }
}
