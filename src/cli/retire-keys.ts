import type { Config } from '../config'
import { changeKeptSecrets, type KeptKey, type KeptSecrets } from '../data-dir/kept-secrets'
import { day, hour, minute } from '../lib/clock'
import { parseSealingKeys } from '../lib/seal'
import { say } from './say'

// How long an old key stands beside a new one: time for every process to have seen the new one, and what was made with the old
// one to end. Of that the longest is the link of a mail that waits to be sent; an access token lives a quarter of an hour.
const sealingOverlapMs = 5 * minute
const signingOverlapMs = 2 * day + hour

/** Drops the kept keys that nothing needs any more, and says of each older key what holds it. `counts`: sealed values by key. */
export async function retireKeys(config: Config, counts: Map<string, number>): Promise<number> {
  const lines: string[] = []
  const holds = (key: string): string | undefined => {
    const total = counts.get(key) ?? 0
    return total === 0 ? undefined : `${total} values are sealed with it; run rotate-keys first`
  }
  changeKeptSecrets(
    config.dataDir,
    (kept): KeptSecrets => ({
      ...kept,
      sealingKeys: retire(kept.sealingKeys, sealingOverlapMs, lines, holds),
      signingKeys: retire(kept.signingKeys, signingOverlapMs, lines, () => undefined),
    }),
  )
  for (const { id } of config.encryptionKeys === undefined ? [] : parseSealingKeys(config.encryptionKeys).slice(1)) {
    lines.push(`ENCRYPTION_KEYS: ${id} ${holds(id) ? `stays: ${holds(id)}` : 'can be taken out'}.`)
  }
  for (const line of lines) await say(line)
  if (lines.length === 0) await say('There is no older key.')
  return 0
}

function retire(
  keys: KeptKey[],
  overlapMs: number,
  lines: string[],
  holds: (id: string) => string | undefined,
): KeptKey[] {
  const [newest, ...older] = keys
  const readyAt = Date.parse(newest!.madeAt) + overlapMs
  const young =
    readyAt > Date.now() ? `the newest is too young for that until ${new Date(readyAt).toISOString()}` : undefined
  const staying = older.filter(({ id }) => {
    const reason = holds(id) ?? young
    lines.push(reason ? `${id} stays: ${reason}.` : `${id} is dropped; what was backed up before needs it still.`)
    return reason !== undefined
  })
  return [newest!, ...staying]
}
