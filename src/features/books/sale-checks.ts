import { sources } from '../ledger'
import { numberGaps, type RowCheck } from './row-check'
import { wasFree } from './voucher-rules'

const live = `('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`
const held = `((select count(*) from subscriptions s where s.plan_id = t.id and s.status in ${live})
  + (select count(*) from upgrades u where u.from_plan_id = t.id and u.status = 'PENDING'))`
/** The entry that charged the upgrade `t`, and what was given back of it. */
const upgradeSource = sources.upgrade.sql({ subscription: 't.subscription_id', number: 't.number' })
const upgradeCharged = `(select coalesce(sum(e.amount), 0) from ledger_entries e where e.source = ${upgradeSource})`
const upgradeReturned = `(select coalesce(sum(r.amount), 0) from ledger_entries e join ledger_entries r on r.reverses = e.number
  where e.source = ${upgradeSource})`

/** What was sold: slots, subscriptions, their charges and their apps. */
export const saleChecks: readonly RowCheck[] = [
  numberGaps({ table: 'subscriptions', word: 'BILL-', before: 100 }),
  {
    name: 'slots of a plan',
    table: 'plans',
    wrong: `t.used_quota <> ${held}`,
    says: `'plan ' || t.id || ': ' || t.used_quota || ' slots used, but ' || ${held} || ' are held'`,
  },
  {
    name: 'plan of a subscription',
    table: 'subscriptions',
    joins: ['plans p on p.id = t.plan_id'],
    wrong: `p.service_id <> t.service_id`,
    says: `'BILL-' || t.number || ': plan ' || t.plan_id || ' is of another service'`,
  },
  {
    name: 'uncharged subscription',
    table: 'subscriptions',
    // What began free of charge and was upgraded within its period paid for the upgrade alone.
    wrong: `t.price > 0 and not t.is_bonus
      and not exists (select 1 from ledger_entries e
        where e.source = ${sources.period.sql({ subscription: 't.id', index: 't.period_index' })} and e.debit_account = 'wallet:' || t.user_id)
      and not exists (select 1 from upgrades u where u.subscription_id = t.id and u.from_price = 0)
      and not (t.period_index = 0 and ${wasFree('t.id')})`,
    says: `'BILL-' || t.number || ': period ' || t.period_index || ' was never charged'`,
  },
  {
    name: 'subscription without app',
    table: 'subscriptions',
    wrong: `not exists (select 1 from instances i where i.subscription_id = t.id and i.user_id = t.user_id)`,
    says: `'BILL-' || t.number || ': no app of its customer'`,
  },
  {
    name: 'app without subscription',
    table: 'instances',
    wrong: `not exists (select 1 from subscriptions s where s.id = t.subscription_id)`,
    says: `'instance ' || t.id || ': subscription ' || t.subscription_id || ' is missing'`,
  },
  {
    name: 'charge and transaction',
    table: 'charges',
    joins: ['transactions x on x.number = t.transaction_number'],
    wrong: `x.amount <> -t.total or (x.number is not null and x.subscription_id is not t.subscription_id) or x.type <> 'CHARGE'`,
    says: `'charge of TXMP-' || t.transaction_number || ': ' || t.total || ' for ' || t.subscription_id || ', but it is '
      || x.type || ' of ' || x.amount || ' for ' || coalesce(x.subscription_id, 'nothing')`,
  },
  {
    name: 'tax of a charge',
    table: 'charges',
    // A tax entry without a charge that says so is the entry's mismatch.
    wrong: `t.tax > 0 and not exists (select 1 from ledger_entries e join ledger_entries x on x.source = ${sources.taxOfCharge.sql({ charge: 'e.source' })}
      where e.transaction_number = t.transaction_number and x.credit_account = 'tax' and x.amount = t.tax)`,
    says: `'charge of TXMP-' || t.transaction_number || ': its tax of ' || t.tax || ' is not in the ledger'`,
  },
  {
    name: 'charge without its words',
    table: 'transactions',
    // What was charged before charges were written down has none.
    joins: ['charges c on c.transaction_number = t.number'],
    wrong: `t.type = 'CHARGE' and c.transaction_number is null and t.number > (select min(transaction_number) from charges)
      and exists (select 1 from ledger_entries e where e.transaction_number = t.number and e.source like '${sources.period.start}%')`,
    says: `'TXMP-' || t.number || ': what was charged for is not written down'`,
  },
  {
    name: 'upgrade and charge',
    table: 'upgrades',
    wrong: `${upgradeCharged} <> t.charged or (t.status = 'ROLLED_BACK' and ${upgradeReturned} <> t.charged)`,
    says: `'upgrade ' || t.number || ' of ' || t.subscription_id || ': ' || t.status || ' for ' || t.charged || ', but '
      || ${upgradeCharged} || ' charged and ' || ${upgradeReturned} || ' returned'`,
  },
  {
    name: 'upgrade and subscription',
    table: 'upgrades',
    wrong: `t.status = 'PENDING' and not exists (select 1 from subscriptions s
      where s.id = t.subscription_id and s.plan_id = t.to_plan_id and s.price = t.to_price and s.status in ${live})`,
    says: `'upgrade ' || t.number || ' of ' || t.subscription_id || ': under way to ' || t.to_plan_id || ', but its subscription is '
      || (select s.status || ' on ' || s.plan_id || ' for ' || s.price from subscriptions s where s.id = t.subscription_id)`,
  },
  {
    name: 'number of an upgrade',
    table: 'upgrades',
    wrong: `t.number <> 1 and not exists (
      select 1 from upgrades p where p.subscription_id = t.subscription_id and p.number = t.number - 1)`,
    says: `'upgrade ' || t.number || ' of ' || t.subscription_id || ': the one before it is missing'`,
  },
  {
    name: 'charge without its upgrade',
    table: 'charges',
    wrong: `t.kind = 'upgrade' and not exists (select 1 from ledger_entries e join upgrades u on u.subscription_id = t.subscription_id
      and e.source = ${sources.upgrade.sql({ subscription: 'u.subscription_id', number: 'u.number' })} where e.transaction_number = t.transaction_number)`,
    says: `'charge of TXMP-' || t.transaction_number || ': the upgrade that it is for is missing'`,
  },
]
