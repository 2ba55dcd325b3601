import { databaseUrlOf, readConfig } from '../config'
import { describeLoss } from '../db/commit-mark'
import { databaseErrorOf } from '../db/errors'
import { openFailure, pathOf, withoutSecrets } from '../db/location'
import { openSnapshot } from '../db/open-to-read'
import { Findings, type VerifyReport, verifySnapshot } from '../features/books'
import { AppError } from '../lib/errors'
import { say } from './say'

const flags = new Set(['--deep', '--json'])

const sound = 0
const off = 1
/** It could not be looked at, or not to its end. */
const unreadable = 2

/** Looks at everything and writes nothing. */
export async function verify(args: string[]): Promise<number> {
  const unknown = args.find((flag) => !flags.has(flag))
  if (unknown !== undefined) return refuse(`verify takes no ${JSON.stringify(unknown)}`)
  const findings = new Findings()
  const { audit, fault } = await lookAt(findings, args.includes('--deep'))
  const report: VerifyReport = { mismatches: findings.list(), total: findings.total, audit }
  if (args.includes('--json')) await say(JSON.stringify(report))
  else await tell(report)
  if (fault !== undefined) return refuse(fault)
  return findings.total === 0 ? sound : off
}

async function lookAt(findings: Findings, deep: boolean): Promise<{ audit?: VerifyReport['audit']; fault?: string }> {
  let url = ''
  try {
    const config = readConfig()
    url = databaseUrlOf(config)
    const snapshot = await openSnapshot({ url, authToken: config.databaseAuthToken })
    if (snapshot.loss) findings.add('commits', `The database ${describeLoss(pathOf({ url }), snapshot.loss)}.`)
    try {
      return { audit: await verifySnapshot(snapshot, { file: deep ? 'deep' : 'quick', findings }) }
    } finally {
      await snapshot.close()
    }
  } catch (error) {
    const failure = databaseErrorOf(error) ? openFailure(withoutSecrets(url), error) : error
    if (failure instanceof AppError) return { fault: failure.message }
    throw error
  }
}

async function tell({ mismatches, total, audit }: VerifyReport): Promise<void> {
  for (const mismatch of mismatches) await say(mismatch)
  if (!audit) return
  const { entries, head } = audit
  await say(`The audit log has ${entries} entries${entries === 0 ? '' : `; the last is ${head.number} ${head.hash}`}.`)
  await say(total === 0 ? 'Every balance, slot and number is as it should be.' : `${total} mismatches.`)
}

function refuse(why: string): number {
  process.stderr.write(`minispod: ${why.replaceAll('\n', '\nminispod: ')}\n`)
  return unreadable
}
