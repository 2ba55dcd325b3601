import type { TestSystem } from '../../support/system'
import type { Operation } from '../openapi-document'
import type { Call } from './row'

/** Seen nowhere else, so that it can be found wherever it got to. */
export const marker = 'PLANTED'
const sum = 987_654_321

/** What is nobody's to set by a body, as a caller would try it. */
export const plantedFor = (otherId: string) => ({
  ...{ id: marker, userId: otherId, ownerId: otherId, actorId: otherId, number: sum, billingId: marker },
  ...{ role: 'ADMINISTRATOR', status: marker, emailVerified: true, emailVerifiedAt: 1, passwordHash: marker },
  ...{ creditBalance: sum, balance: sum, balanceAfter: sum, totalTopUp: sum, totalSpent: sum, price: sum },
  ...{ type: marker, isBonus: true, suspendedBy: marker, startDate: marker, currentPeriodEnd: marker },
  ...{ namespace: marker, desiredState: marker, cpuMillicores: sum, totalQuota: sum, scope: marker },
})

/** The call with everything planted in its body that the route does not ask for. */
export function plant(otherId: string, { method, access, requestBody }: Operation, call: Call): Call {
  const carriesBody = requestBody !== undefined || ['post', 'put', 'patch'].includes(method)
  if (!carriesBody || access === 'provider') return call
  return { ...call, body: { ...plantedFor(otherId), ...call.body } }
}

/** Every place in the database where a planted value stands. */
export async function findPlanted(system: TestSystem): Promise<string[]> {
  const found: string[] = []
  for (const [table, rows] of Object.entries(await readTables(system))) {
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        if ([marker, String(sum)].some((planted) => String(value).includes(planted)))
          found.push(`${table}.${column}: ${value}`)
      }
    }
  }
  return found
}

export type TableRow = Record<string, unknown>

/** Every table with every row, as the file has it. */
export async function readTables({ parts }: TestSystem): Promise<Record<string, TableRow[]>> {
  const { db } = parts
  const names = await db.read.all<{ name: string }>(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`,
  )
  const tables: Record<string, TableRow[]> = {}
  for (const { name } of names) tables[name] = await db.read.all<TableRow>(`select * from "${name}"`)
  return tables
}
