/** A mistake that somebody could make: texts of the sources, each of which stands there once, and what would stand in its place. */
export interface Defect {
  name: string
  changes: { file: string; from: string; to: string }[]
}

const subscriptions = 'src/features/subscriptions'

/** Each must be found by the simulation. What the database itself refuses is planted behind its back. */
export const defects: readonly Defect[] = [
  {
    name: 'double charge on restart',
    changes: [
      {
        file: 'src/boot/take-over.ts',
        from: '  await parts.db.write((tx) => recordHeartbeat(parts, tx))\n',
        to: `  await parts.db.write((tx) => recordHeartbeat(parts, tx))
  await parts.db.write((tx) => tx.run(\`UPDATE subscriptions SET next_step_at = current_period_start, current_period_end = current_period_start + 1
    WHERE id = (SELECT id FROM subscriptions WHERE status = 'ACTIVE' AND period_index > 0 ORDER BY current_period_start DESC LIMIT 1)\`))
`,
      },
    ],
  },
  {
    name: 'leaked slot',
    changes: [
      {
        file: 'drizzle/0001_rules.sql',
        from: `AND (NEW.status NOT IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') OR NEW.plan_id <> OLD.plan_id);`,
        to: `AND (NEW.status NOT IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'EXPIRED') OR NEW.plan_id <> OLD.plan_id);`,
      },
    ],
  },
  {
    name: 'skipped grace',
    changes: [
      {
        file: `${subscriptions}/unpaid.ts`,
        from: `    case 'ACTIVE':
      return enterGrace(parts, tx, found)
    case 'GRACE':
`,
        to: `    case 'ACTIVE':
    case 'GRACE':
`,
      },
    ],
  },
  {
    name: 'lost mail',
    changes: [
      {
        file: 'src/features/mails/deliver.ts',
        from: '      throw failure\n',
        to: '      return { providerId: undefined }\n',
      },
    ],
  },
  {
    name: 'double refund',
    changes: [
      {
        file: `${subscriptions}/cancel.ts`,
        from: '    refunded += amount\n',
        to: `    refunded += amount
    const again = { userId: subscription.userId, type: 'ADJUSTMENT' as const, counterAccount: promo, amount, at: clock.now() }
    await creditWallet(tx, { ...again, source: sources.adjustment.build({ id: newId('adjustment') }), description: 'again' })
`,
      },
      {
        file: `${subscriptions}/cancel.ts`,
        from: `import { sources } from '../ledger'\n`,
        to: `import { creditWallet, promo, sources } from '../ledger'\nimport { newId } from '../../lib/ids'\n`,
      },
    ],
  },
  {
    name: 'stale webhook credited twice',
    changes: [
      {
        file: 'src/features/top-ups/notifications.ts',
        from: '  const processedAt = parts.clock.now()\n',
        to: `  const processedAt = parts.clock.now()
  const [order] = await parts.db.read.select().from(topUps).where(eq(topUps.orderId, orderId)).all()
  if (nth > 1 && order?.status === 'SUCCESS')
    await parts.db.write((tx) => creditWallet(tx, { userId: order.userId, type: 'ADJUSTMENT', counterAccount: promo, amount: order.amount,
      source: sources.adjustment.build({ id: newId('adjustment') }), description: 'again', at: processedAt }))
`,
      },
      {
        file: 'src/features/top-ups/notifications.ts',
        from: `import { AppError } from '../../lib/errors'\n`,
        to: `import { AppError } from '../../lib/errors'\nimport { newId } from '../../lib/ids'\nimport { creditWallet, promo, sources } from '../ledger'\n`,
      },
    ],
  },
  {
    name: 'renewal of suspended',
    changes: [
      {
        file: `${subscriptions}/stage.ts`,
        from: `    case 'SUSPENDED/customer':
      return subscription.currentPeriodEnd
`,
        to: `    case 'SUSPENDED/customer':
    case 'SUSPENDED/admin':
      return subscription.currentPeriodEnd
`,
      },
      {
        file: `${subscriptions}/advance.ts`,
        from: `    case 'SUSPENDED/customer':
      return periodOver(parts, tx, found)
`,
        to: `    case 'SUSPENDED/customer':
    case 'SUSPENDED/admin':
      return periodOver(parts, tx, found)
`,
      },
    ],
  },
  {
    name: 'data removed too early',
    changes: [
      {
        file: `${subscriptions}/stage.ts`,
        from: '=> config.restoreWindowDays * day\n',
        to: '=> (config.restoreWindowDays - 1) * day\n',
      },
    ],
  },
  {
    name: 'price change before notice',
    changes: [
      {
        file: 'src/features/catalog/terms.ts',
        from: 'let from = new Date(now.getTime() + noticeDays * day)',
        to: 'let from = new Date(now.getTime() + 0 * noticeDays)',
      },
    ],
  },
  {
    name: 'period skipped',
    changes: [
      {
        file: `${subscriptions}/periods.ts`,
        from: 'const index = periodIndex + 1\n',
        to: 'const index = periodIndex + 2\n',
      },
    ],
  },
  {
    name: 'downtime counted as grace',
    changes: [
      {
        file: 'src/features/downtime/deadline.ts',
        from: '    end += endedAt.getTime() - Math.max(startedAt.getTime(), since.getTime())\n',
        to: '',
      },
    ],
  },
  {
    name: 'late payment that brings nothing back',
    changes: [
      {
        file: 'drizzle/0043_lifecycle_rules.sql',
        from: 'SET next_step_at = min(next_step_at, current_period_end)',
        to: 'SET next_step_at = max(next_step_at, current_period_end)',
      },
    ],
  },
  {
    name: 'unpaid app that runs on',
    changes: [
      {
        file: `${subscriptions}/suspension.ts`,
        from: `  const change = { desiredState: 'STOPPED', status: 'STOPPING' } as const\n`,
        to: `  if (reason === 'unpaid') return instance\n  const change = { desiredState: 'STOPPED', status: 'STOPPING' } as const\n`,
      },
    ],
  },
]
