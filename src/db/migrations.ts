// Written by scripts/generate-migration.ts from drizzle/: the migrations as part of the program, in order.
import sql0 from '../../drizzle/0000_tables.sql' with { type: 'text' }
import sql1 from '../../drizzle/0001_rules.sql' with { type: 'text' }
import sql2 from '../../drizzle/0002_two_factor_and_api_tokens.sql' with { type: 'text' }
import sql3 from '../../drizzle/0003_refunds_and_payment_cases.sql' with { type: 'text' }
import sql4 from '../../drizzle/0004_refund_rules.sql' with { type: 'text' }
import sql5 from '../../drizzle/0005_closing_accounts.sql' with { type: 'text' }
import sql6 from '../../drizzle/0006_charges.sql' with { type: 'text' }
import sql7 from '../../drizzle/0007_charge_rules.sql' with { type: 'text' }
import sql8 from '../../drizzle/0008_statement_index.sql' with { type: 'text' }
import sql9 from '../../drizzle/0009_upgrades.sql' with { type: 'text' }
import sql10 from '../../drizzle/0010_upgrade_rules.sql' with { type: 'text' }
import sql11 from '../../drizzle/0011_lost_workers.sql' with { type: 'text' }
import sql12 from '../../drizzle/0012_provider_transactions.sql' with { type: 'text' }
import sql13 from '../../drizzle/0013_credited_once.sql' with { type: 'text' }
import sql14 from '../../drizzle/0014_indexes_for_years.sql' with { type: 'text' }
import sql15 from '../../drizzle/0015_status_counts.sql' with { type: 'text' }
import sql16 from '../../drizzle/0016_payments_seen.sql' with { type: 'text' }
import sql17 from '../../drizzle/0017_payments_seen_rules.sql' with { type: 'text' }
import sql18 from '../../drizzle/0018_one_job_forgets.sql' with { type: 'text' }
import sql19 from '../../drizzle/0019_drop_signature_valid.sql' with { type: 'text' }
import sql20 from '../../drizzle/0020_wallet_sums.sql' with { type: 'text' }
import sql21 from '../../drizzle/0021_wallet_sums_rules.sql' with { type: 'text' }
import sql22 from '../../drizzle/0022_catalog_content.sql' with { type: 'text' }
import sql23 from '../../drizzle/0023_catalog_by_hand.sql' with { type: 'text' }
import sql24 from '../../drizzle/0024_texts_in_two_languages.sql' with { type: 'text' }
import sql25 from '../../drizzle/0025_app_templates.sql' with { type: 'text' }
import sql26 from '../../drizzle/0026_icons.sql' with { type: 'text' }
import sql27 from '../../drizzle/0027_cluster_facts.sql' with { type: 'text' }
import sql28 from '../../drizzle/0028_service_presets.sql' with { type: 'text' }
import sql29 from '../../drizzle/0029_instance_updates.sql' with { type: 'text' }
import sql30 from '../../drizzle/0030_template_trials.sql' with { type: 'text' }
import sql31 from '../../drizzle/0031_template_in_kept_searches.sql' with { type: 'text' }
import sql32 from '../../drizzle/0032_plan_terms.sql' with { type: 'text' }
import sql33 from '../../drizzle/0033_plan_terms_rules.sql' with { type: 'text' }
import sql34 from '../../drizzle/0034_plan_revenue.sql' with { type: 'text' }
import sql35 from '../../drizzle/0035_admin_lists.sql' with { type: 'text' }
import sql36 from '../../drizzle/0036_live_sums_rules.sql' with { type: 'text' }
import sql37 from '../../drizzle/0037_mail_suppressions.sql' with { type: 'text' }
import sql38 from '../../drizzle/0038_vouchers.sql' with { type: 'text' }
import sql39 from '../../drizzle/0039_voucher_rules.sql' with { type: 'text' }
import sql40 from '../../drizzle/0040_job_lines.sql' with { type: 'text' }
import sql41 from '../../drizzle/0041_job_lines_rules.sql' with { type: 'text' }
import sql42 from '../../drizzle/0042_subscription_stages.sql' with { type: 'text' }
import sql43 from '../../drizzle/0043_lifecycle_rules.sql' with { type: 'text' }
import sql44 from '../../drizzle/0044_wallet_months.sql' with { type: 'text' }
import sql45 from '../../drizzle/0045_voucher_sums.sql' with { type: 'text' }
import sql46 from '../../drizzle/0046_scheduled_cycle.sql' with { type: 'text' }
import sql47 from '../../drizzle/0047_due_by_end.sql' with { type: 'text' }
import sql48 from '../../drizzle/0048_paused_time.sql' with { type: 'text' }
import type { Migration } from './migration'

export const migrations: readonly Migration[] = [
  { name: '0000_tables', sql: sql0 },
  { name: '0001_rules', sql: sql1 },
  { name: '0002_two_factor_and_api_tokens', sql: sql2 },
  { name: '0003_refunds_and_payment_cases', sql: sql3 },
  { name: '0004_refund_rules', sql: sql4 },
  { name: '0005_closing_accounts', sql: sql5 },
  { name: '0006_charges', sql: sql6 },
  { name: '0007_charge_rules', sql: sql7 },
  { name: '0008_statement_index', sql: sql8 },
  { name: '0009_upgrades', sql: sql9 },
  { name: '0010_upgrade_rules', sql: sql10 },
  { name: '0011_lost_workers', sql: sql11 },
  { name: '0012_provider_transactions', sql: sql12 },
  { name: '0013_credited_once', sql: sql13 },
  { name: '0014_indexes_for_years', sql: sql14 },
  { name: '0015_status_counts', sql: sql15 },
  { name: '0016_payments_seen', sql: sql16 },
  { name: '0017_payments_seen_rules', sql: sql17 },
  { name: '0018_one_job_forgets', sql: sql18 },
  { name: '0019_drop_signature_valid', sql: sql19 },
  { name: '0020_wallet_sums', sql: sql20 },
  { name: '0021_wallet_sums_rules', sql: sql21 },
  { name: '0022_catalog_content', sql: sql22 },
  { name: '0023_catalog_by_hand', sql: sql23 },
  { name: '0024_texts_in_two_languages', sql: sql24 },
  { name: '0025_app_templates', sql: sql25 },
  { name: '0026_icons', sql: sql26 },
  { name: '0027_cluster_facts', sql: sql27 },
  { name: '0028_service_presets', sql: sql28 },
  { name: '0029_instance_updates', sql: sql29 },
  { name: '0030_template_trials', sql: sql30 },
  { name: '0031_template_in_kept_searches', sql: sql31 },
  { name: '0032_plan_terms', sql: sql32 },
  { name: '0033_plan_terms_rules', sql: sql33 },
  { name: '0034_plan_revenue', sql: sql34 },
  { name: '0035_admin_lists', sql: sql35 },
  { name: '0036_live_sums_rules', sql: sql36 },
  { name: '0037_mail_suppressions', sql: sql37 },
  { name: '0038_vouchers', sql: sql38 },
  { name: '0039_voucher_rules', sql: sql39 },
  { name: '0040_job_lines', sql: sql40 },
  { name: '0041_job_lines_rules', sql: sql41 },
  { name: '0042_subscription_stages', sql: sql42 },
  { name: '0043_lifecycle_rules', sql: sql43 },
  { name: '0044_wallet_months', sql: sql44 },
  { name: '0045_voucher_sums', sql: sql45 },
  { name: '0046_scheduled_cycle', sql: sql46 },
  { name: '0047_due_by_end', sql: sql47 },
  { name: '0048_paused_time', sql: sql48 },
]
