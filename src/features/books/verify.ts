import type { Database, Snapshot } from '../../db'
import { type AuditCheck, verifyAuditChain } from '../audit'
import { checkFile, type FileDepth } from './file-check'
import { Findings } from './findings'
import { accountChecks, ledgerChecks } from './ledger-checks'
import { paymentChecks } from './payment-checks'
import { replayAccounts } from './replay'
import type { RowCheck } from './row-check'
import { saleChecks } from './sale-checks'
import { constraintChecks, referenceChecks } from './schema-checks'
import { checkRows } from './walk-rows'

export const rowChecks: readonly RowCheck[] = [...ledgerChecks, ...accountChecks, ...paymentChecks, ...saleChecks]

export interface VerifyOptions {
  signal?: AbortSignal
  /** Looks at the pages of the file too; see `checkFile`. */
  file?: FileDepth
  /** Filled as it goes, for whoever wants what was found before a fault. */
  findings?: Findings
}

/**
 * Derives balances, slots, number sequences and the audit chain again from the raw rows of one moment, and finds what is off.
 * But for the file's pages in slices of a few milliseconds; memory does not grow with the number of rows.
 * @returns the end of the audit log
 */
export async function verifySnapshot(
  snapshot: Snapshot,
  { signal, file, findings = new Findings() }: VerifyOptions = {},
): Promise<Omit<AuditCheck, 'deviations'>> {
  const isSound = file !== undefined && (await checkFile(snapshot, file, findings))
  await replayAccounts(snapshot, findings, { signal })
  const constraints = isSound ? [] : await constraintChecks(snapshot)
  const checks = [...rowChecks, ...constraints, ...(await referenceChecks(snapshot))]
  await checkRows(snapshot, checks, findings, signal)
  const { deviations, ...audit } = await verifyAuditChain(snapshot, signal)
  for (const deviation of deviations) findings.add('audit chain', deviation)
  return audit
}

/** What is off in a database that is in use, in words that name the row; empty when all is well. See `verifySnapshot`. */
export async function verifyBooks(db: Pick<Database, 'snapshot'>, signal?: AbortSignal): Promise<string[]> {
  const snapshot = await db.snapshot()
  try {
    const findings = new Findings()
    await verifySnapshot(snapshot, { signal, findings })
    return findings.list()
  } finally {
    await snapshot.close()
  }
}
