import { claimsOf } from './access-token'
import type { TestCustomer, TestSystem } from './system'

/** A stream of server-sent events that nothing ends but the server; resolves with all it said once it is over. */
export function openStream(
  { parts }: TestSystem,
  { id, accessToken }: Pick<TestCustomer, 'id' | 'accessToken'>,
): Promise<string> {
  const owner = { userId: id, sessionId: String(claimsOf(accessToken).sid) }
  const response = parts.streams.respond(
    new Request('http://localhost/'),
    owner,
    (sink) => new Promise((done) => sink.signal.addEventListener('abort', () => done())),
  )
  return response.text()
}
