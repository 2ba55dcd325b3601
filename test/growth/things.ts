import { sql } from 'drizzle-orm'
import { until } from '../support/until'
import type { GrownHouse } from './house'

/** The last page of a list that may still be asked for, of 100 rows. */
export const deepPage = 100

export interface Things {
  /** What stands in a path behind a word, for whoever it is shown to. */
  paths: Record<string, Record<string, string>>
  /** What may be asked of a filter that is no closed set of words: what many rows have, what few have, what none has. */
  values: Record<string, string[]>
}

export async function findThings({ system, reader, heavy, admin }: GrownHouse): Promise<Things> {
  const one = async (query: string): Promise<string> => {
    const [row] = await system.parts.db.read.values(sql.raw(query))
    if (!row) throw new Error(`nothing is found by ${query}`)
    return String(row[0])
  }
  const own = async (userId: string) => ({
    instances: await one(`select id from instances where user_id = '${userId}' limit 1`),
    subscriptions: await one(`select id from subscriptions where user_id = '${userId}' limit 1`),
    'top-ups': await one(`select id from top_ups where user_id = '${userId}' limit 1`),
    transactions:
      await one(`select 'TXMP-' || transaction_number from charges c join transactions x on x.number = c.transaction_number
      where x.user_id = '${userId}' limit 1`),
  })
  const ofHeavy = await own(heavy.id)
  const trial = (await admin.post('/admin/templates/n8n/versions/1/trial', {})).body.data
  // What is done for it would be counted among what others do.
  await until(
    'the end of the trial',
    async () => (await admin.get(`/admin/templates/n8n/trials/${trial.id}`)).body.data,
    ({ removedAt }) => removedAt !== null,
  )
  return {
    paths: {
      reader: await own(reader.id),
      heavy: ofHeavy,
      // By id, where visitors go by slug.
      admin: {
        categories: await one(`select category_id from services where slug = 'n8n'`),
        services: await one(`select id from services where slug = 'n8n'`),
        plans: await one(
          `select p.id from plans p join services s on s.id = p.service_id where s.slug = 'n8n' limit 1`,
        ),
        vouchers: await one('select voucher_id from voucher_uses limit 1'),
      },
      anybody: {
        ...ofHeavy,
        audit: '1',
        users: heavy.id,
        mails: await one(`select id from mails where user_id = '${heavy.id}' limit 1`),
        jobs: await one('select id from jobs limit 1'),
        preview: 'welcome',
        templates: 'n8n',
        versions: '1',
        trials: trial.id,
        categories: 'automation',
        services: 'n8n',
        icons: await one("select hash || '.svg' from icons limit 1"),
      },
    },
    values: {
      actor: [heavy.id, 'system', reader.id, 'nobody'],
      action: ['instance.stop', 'user.suspend', 'wallet.export'],
      targetKind: ['instance', 'subscription', 'nothing'],
      targetId: [heavy.id, 'nothing'],
      from: ['2025-12-20T00:00:00Z', '2025-01-01T00:00:00Z', '2030-01-01T00:00:00Z'],
      to: ['2025-12-20T00:00:00Z', '2030-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
      kind: ['mail.deliver', 'refund.send', 'nothing'],
      token: ['none'],
      address: [`${heavy.id}@example.com`, 'nobody@example.com'],
      reason: ['BOUNCED', 'COMPLAINED'],
      owner: [heavy.id, reader.id, 'nobody'],
      subject: [ofHeavy['top-ups'], 'nothing'],
      recipient: [`${heavy.id}@example.com`, reader.email, 'nobody@example.com'],
      topUpId: [ofHeavy['top-ups'], 'nothing'],
      userId: [heavy.id, reader.id, 'nobody'],
      subscriptionId: [ofHeavy.subscriptions, 'nothing'],
      search: ['customer', 'customer-7', 'nobody has this', 'BILL-150'],
      serviceId: [await one(`select id from services where slug = 'n8n'`), 'nothing'],
      planId: [await one('select plan_id from subscriptions limit 1'), 'nothing'],
      isBonus: ['false', 'true'],
      createdFrom: ['2025-12-20T00:00:00Z', '2025-01-01T00:00:00Z', '2030-01-01T00:00:00Z'],
      createdTo: ['2025-12-20T00:00:00Z', '2030-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
      dueFrom: ['2025-12-20T00:00:00Z', '2025-01-01T00:00:00Z', '2030-01-01T00:00:00Z'],
      dueTo: ['2030-01-01T00:00:00Z', '2025-12-20T00:00:00Z', '2020-01-01T00:00:00Z'],
      step: ['1d'],
      q: ['wordpress', 'blog situs', 'nothing-of-the-kind'],
      category: ['websites', 'nowhere'],
      minPrice: ['0', '100000'],
      maxPrice: ['100000', '1'],
      available: ['true'],
      categoryId: [await one(`select category_id from services where slug = 'n8n'`), 'nothing'],
      templateName: ['n8n', 'nothing'],
      soldOut: ['true', 'false'],
      code: ['GIFT1', 'HEMAT10', 'NOTHING'],
      days: ['1', '366'],
      container: [],
      tail: ['1'],
      since: [],
      previous: [],
      ansi: [],
    },
  }
}
