import { type LoadResult, runLoadElsewhere } from './load'
import { assertAll } from './requests'
import type { Run } from './run'

/** The same requests to the server and to the baseline with the same bytes, in turns; each round of each is a result. */
export async function takeTurns(
  { rounds, roundMs, warmupMs, connections }: Run,
  ports: { ours: number; theirs: number },
  requests: string[],
): Promise<{ ours: LoadResult[]; theirs: LoadResult[] }> {
  const load = async (port: number) =>
    assertAll(
      200,
      await runLoadElsewhere({ host: '127.0.0.1', port, connections, durationMs: roundMs, warmupMs, requests }),
    )
  const [ours, theirs]: LoadResult[][] = [[], []]
  for (let round = 0; round < rounds; round++) {
    ours!.push(await load(ports.ours))
    theirs!.push(await load(ports.theirs))
  }
  return { ours: ours!, theirs: theirs! }
}

/** What a path answers, for the baseline to answer with. */
export async function answerOf(port: number, path: string) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'identity' } })
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/^(date|content-length)$/.test(name)))
  return { status: answer.status, headers, body: await answer.text() }
}
