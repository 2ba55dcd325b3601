import type { Database, Snapshot } from '../../db'
import { type AuditCheck, verifyAuditChain } from '../audit'
import { chargeChecks } from './charge-checks'
import { checkCounts } from './count-check'
import { checkFile, type FileDepth } from './file-check'
import { Findings } from './findings'
import { jobChecks } from './job-checks'
import { accountChecks, ledgerChecks } from './ledger-checks'
import { checkLiveSums } from './live-sums-check'
import { paymentChecks } from './payment-checks'
import { replayAccounts } from './replay'
import { checkRevenue } from './revenue-check'
import type { RowCheck } from './row-check'
import { saleChecks } from './sale-checks'
import { constraintChecks, referenceChecks } from './schema-checks'
import { checkSchema } from './schema-itself'
import { sourceCheck } from './source-check'
import { termsChecks } from './terms-checks'
import { voucherChecks } from './voucher-checks'
import { checkRows } from './walk-rows'

export const rowChecks: readonly RowCheck[] = [
  sourceCheck,
  ...ledgerChecks,
  ...accountChecks,
  ...paymentChecks,
  ...saleChecks,
  ...chargeChecks,
  ...termsChecks,
  ...voucherChecks,
  ...jobChecks,
]

interface VerifyOptions {
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
): Promise<Omit<AuditCheck, 'mismatches'>> {
  const isSound = file !== undefined && (await checkFile(snapshot, file, findings))
  if (await checkSchema(snapshot, findings)) await checkEveryRow(snapshot, isSound, findings, signal)
  const { mismatches, ...audit } = await verifyAuditChain(snapshot, signal)
  for (const mismatch of mismatches) findings.add('audit chain', mismatch)
  return audit
}

async function checkEveryRow(
  snapshot: Snapshot,
  isSound: boolean,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<void> {
  await replayAccounts(snapshot, findings, { signal })
  const constraints = isSound ? [] : await constraintChecks(snapshot)
  const checks = [...rowChecks, ...constraints, ...(await referenceChecks(snapshot))]
  await checkRows(snapshot, checks, findings, signal)
  await checkCounts(snapshot, findings)
  await checkRevenue(snapshot, findings)
  await checkLiveSums(snapshot, findings)
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
