import type { EffectCase } from './effect-cases'
import type { RuleCase } from './rule-cases'

/** A template with one published version, as the program's own come, in one statement after the other. */
export const publishedTemplate = (name: string): string => `
  INSERT INTO app_templates (name, title, origin, created_at, updated_at) VALUES ('${name}', '${name}', 'built-in', 1, 1);
  INSERT INTO app_template_versions (name, version, status, body, hash, created_at, published_at)
    VALUES ('${name}', 1, 'PUBLISHED', '{}', '${name}', 1, 1);
  UPDATE app_templates SET current_version = 1 WHERE name = '${name}';
`

const draft = (name: string, version: number): string =>
  `INSERT INTO app_template_versions (name, version, status, body, hash, created_at) VALUES ('${name}', ${version}, 'DRAFT', '{}', 'x', 1)`
const own = `INSERT INTO app_templates (name, title, origin, created_at, updated_at) VALUES ('own', 'Own', 'operator', 1, 1)`
const published = `UPDATE app_template_versions SET status = 'PUBLISHED', published_at = 2 WHERE name = 'n8n' AND version = 2`
const service = (template: string): string =>
  `INSERT INTO services (id, slug, category_id, name, description, type, template_name, created_at, updated_at)
   VALUES ('new', 'new', 'cat', '', '', 'hosting', '${template}', 1, 1)`
const instance = (template: string, version: number): string =>
  `INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, template_version, cpu_millicores,
    memory_mb, storage_gb, inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
   VALUES ('i9', 's9', 'a', 'x-9', 'customer-a', 'x-9', '${template}', ${version}, 1, 1, 1, '{}', '', 'RUNNING', 'RUNNING', 1, 1, 1)`

const broken = (rule: string, attempt: string, before?: string): RuleCase => ({
  rule,
  says: `CHECK constraint failed: ${rule}`,
  attempt,
  ...(before !== undefined && { before }),
  ...(rule === 'app_template_versions_number' && { without: ['app_template_versions_numbered'] }),
})

export const templateCheckCases: RuleCase[] = [
  broken('app_templates_origin', own.replace("'operator'", "'elsewhere'")),
  broken('app_templates_status', `UPDATE app_templates SET status = 'GONE'`),
  broken('app_template_versions_status', draft('n8n', 2).replace('DRAFT', 'ODD')),
  broken('app_template_versions_number', draft('n8n', 0)),
  broken('app_template_versions_published', draft('n8n', 2).replace('DRAFT', 'PUBLISHED')),
]

const refuses = (rule: string, says: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says,
  attempt,
  ...more,
})
const noVersion = 'TEMPLATE: there is no such version of a template'
const noTemplate = 'TEMPLATE: there is no such template'
const onlyPublished = 'TEMPLATE: only a published version is the current one'
const countsUp = 'NUMBER: versions of a template count up from 1, without one twice'

const neverBack = 'NUMBER: what a template has counted to is never taken back'

export const templateTriggerCases: RuleCase[] = [
  ...['name', 'version', 'body', 'hash', 'note', 'created_by', 'created_at'].map((column) =>
    refuses(
      'app_template_versions_immutable',
      'IMMUTABLE: a version of a template is never changed',
      `UPDATE app_template_versions SET ${column} = ${column} WHERE name = 'n8n'`,
    ),
  ),
  ...[`status = 'DRAFT', published_at = NULL`, 'published_at = 9', 'used = 0'].map((change) =>
    refuses(
      'app_template_versions_forward',
      'IMMUTABLE: a published version stays published',
      `UPDATE app_template_versions SET ${change} WHERE name = 'n8n'`,
    ),
  ),
  ...[1, 3].map((version) =>
    refuses('app_template_versions_numbered', countsUp, draft('ghost', version), {
      ...(version === 1 && {
        before: `UPDATE app_templates SET current_version = NULL WHERE name = 'ghost'; DELETE FROM app_template_versions WHERE name = 'ghost'`,
      }),
    }),
  ),
  refuses('app_template_numbers_up', neverBack, 'UPDATE app_template_numbers SET last = 0'),
  refuses(
    'app_template_numbers_up',
    neverBack,
    `UPDATE app_template_numbers SET name = 'x', last = 2 WHERE name = 'n8n'`,
  ),
  refuses('app_template_numbers_stay', neverBack, 'DELETE FROM app_template_numbers'),
  refuses(
    'app_template_versions_kept',
    'IN_USE: apps were made of this version',
    `DELETE FROM app_template_versions WHERE name = 'n8n'`,
    { before: `UPDATE app_templates SET current_version = NULL WHERE name = 'n8n'` },
  ),
  refuses(
    'app_templates_kept',
    'IN_USE: services are made of this template',
    `DELETE FROM app_templates WHERE name = 'ghost'`,
    {
      before: `UPDATE app_templates SET current_version = NULL WHERE name = 'ghost'; DELETE FROM app_template_versions WHERE name = 'ghost'`,
    },
  ),
  refuses(
    'app_templates_current_published',
    onlyPublished,
    `UPDATE app_templates SET current_version = 2 WHERE name = 'n8n'`,
    { before: draft('n8n', 2) },
  ),
  refuses(
    'app_templates_first_current',
    onlyPublished,
    own.replace('created_at, updated_at', 'current_version, created_at, updated_at').replace('1, 1)', '1, 1, 1)'),
  ),
  refuses(
    'app_templates_named',
    'IMMUTABLE: a template keeps its name and origin',
    `UPDATE app_templates SET origin = 'operator'`,
  ),
  refuses(
    'app_templates_named',
    'IMMUTABLE: a template keeps its name and origin',
    `UPDATE app_templates SET name = name || 'x'`,
  ),
  refuses('services_template_known', noTemplate, service('nothing')),
  refuses('services_template_known', noTemplate, service('own'), { before: own }),
  refuses('services_template_changed', noTemplate, `UPDATE services SET template_name = 'nothing'`),
  refuses('services_template_changed', noTemplate, `UPDATE services SET template_name = 'own'`, { before: own }),
  refuses('instances_template_known', noVersion, instance('n8n', 2)),
  refuses('instances_template_known', noVersion, instance('n8n', 2), { before: draft('n8n', 2) }),
  refuses('instances_template_changed', noVersion, `UPDATE instances SET template_version = 2`),
  refuses('instances_template_changed', noVersion, `UPDATE instances SET template_version = 2`, {
    before: draft('n8n', 2),
  }),
  refuses('instances_template_changed', noVersion, `UPDATE instances SET template_name = 'ghost'`),
]

const used = (name: string, version: number): string =>
  `SELECT used FROM app_template_versions WHERE name = '${name}' AND version = ${version}`

export const templateEffectCases: EffectCase[] = [
  {
    rule: 'app_template_versions_counted',
    test: 'app_template_versions_counted: the number of a version is kept',
    act: draft('n8n', 2),
    look: `SELECT last FROM app_template_numbers WHERE name = 'n8n'`,
    shows: '2',
  },
  {
    rule: 'instances_template_used',
    test: 'instances_template_used: a version that an app was made of says so',
    act: instance('ghost', 1),
    look: used('ghost', 1),
    shows: '1',
  },
  {
    rule: 'instances_template_used_by_update',
    test: 'instances_template_used_by_update: a version that an app was updated to says so',
    act: `${draft('n8n', 2)}; ${published}; UPDATE instances SET template_version = 2`,
    look: used('n8n', 2),
    shows: '1',
  },
  {
    rule: 'catalog_template_changed',
    test: 'catalog_template_changed: what is kept of the catalog is out of date once another version is sold',
    act: `${draft('n8n', 2)}; ${published}; CREATE TEMP TABLE seen AS SELECT content FROM catalog_version;
      UPDATE app_templates SET current_version = 2 WHERE name = 'n8n'`,
    look: 'SELECT (SELECT content FROM catalog_version) > (SELECT content FROM temp.seen)',
    shows: '1',
  },
]

const update = (fields: Record<string, string | number> = {}): string => {
  const row = {
    instance_id: "'i1'",
    number: 1,
    from_version: 1,
    to_version: 2,
    status: "'PENDING'",
    created_at: 1,
    ...fields,
  }
  return `INSERT INTO instance_updates (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}
const rollout = (fields: Record<string, string | number> = {}): string => {
  const row = {
    id: "'r1'",
    template_name: "'n8n'",
    to_version: 2,
    status: "'RUNNING'",
    created_by: "'a'",
    created_at: 1,
    ...fields,
  }
  return `INSERT INTO rollouts (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}
const ended = { status: "'DONE'", ended_at: 2 }

export const updateCheckCases: RuleCase[] = [
  broken('instance_updates_status', update({ status: "'ODD'", ended_at: 1 })),
  broken('instance_updates_ended', update({ ended_at: 1 })),
  broken('instance_updates_ended', update({ status: "'DONE'" })),
  broken('instance_updates_reason', update({ status: "'ROLLED_BACK'", ended_at: 1 })),
  broken('instance_updates_reason', update({ ...ended, reason: "'x'" })),
  broken('instance_updates_newer', update({ to_version: 1 })),
  broken('rollouts_status', rollout({ status: "'ODD'", ended_at: 1 })),
  broken('rollouts_ended', rollout({ ended_at: 1 })),
  broken('rollouts_ended', rollout({ status: "'DONE'" })),
  broken('rollouts_reason', rollout({ status: "'STOPPED'", ended_at: 1 })),
]

export const updateUniqueCases: RuleCase[] = [
  {
    rule: 'instance_updates_one_pending',
    says: 'UNIQUE constraint failed: instance_updates.instance_id',
    before: update(),
    attempt: update({ number: 2 }),
  },
  {
    rule: 'rollouts_one_running',
    says: 'UNIQUE constraint failed: rollouts.template_name',
    before: rollout(),
    attempt: rollout({ id: "'r2'" }),
  },
]

const endsOnce = 'IMMUTABLE: an update ends once'
const allEndOnce = 'IMMUTABLE: an update of all ends once'

export const updateTriggerCases: RuleCase[] = [
  refuses('instance_updates_end_once', endsOnce, 'UPDATE instance_updates SET ended_at = 3', { before: update(ended) }),
  ...[
    'number = 2',
    'from_version = 0',
    'to_version = 3',
    'created_at = 3',
    "instance_id = 'i2'",
    "rollout_id = 'r1'",
  ].map((change) =>
    refuses('instance_updates_end_once', endsOnce, `UPDATE instance_updates SET ${change}`, {
      before: `${rollout()}; ${instance('n8n', 1).replace("'i9'", "'i2'")}; ${update()}`,
    }),
  ),
  refuses('instance_updates_stay', 'IMMUTABLE: an update is never deleted', 'DELETE FROM instance_updates', {
    before: update(),
  }),
  refuses('rollouts_end_once', allEndOnce, 'UPDATE rollouts SET ended_at = 3', { before: rollout(ended) }),
  ...["id = 'r2'", "template_name = 'ghost'", 'to_version = 3'].map((change) =>
    refuses('rollouts_end_once', allEndOnce, `UPDATE rollouts SET ${change}`, { before: rollout() }),
  ),
]

const trial = (fields: Record<string, string | number> = {}): string => {
  const row = {
    ...{
      id: "'t1'",
      name: "'n8n'",
      template_version: 1,
      namespace: "'ns'",
      cpu_millicores: 1,
      memory_mb: 1,
      storage_gb: 0,
    },
    ...{
      sealed_values: "''",
      desired_state: "'RUNNING'",
      status: "'PENDING'",
      events: "'[]'",
      created_by: "'a'",
      created_at: 1,
    },
    ...{ deadline_at: 2, ...fields },
  }
  return `INSERT INTO template_trials (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}

export const trialCheckCases: RuleCase[] = [
  broken('template_trials_desired', trial({ desired_state: "'ODD'" })),
  broken('template_trials_outcome', trial({ outcome: "'ODD'", ended_at: 1 })),
  broken('template_trials_ended', trial({ ended_at: 1 })),
  broken('template_trials_ended', trial({ outcome: "'READY'" })),
  broken('template_trials_removed', trial({ removed_at: 1 })),
]

export const trialUniqueCases: RuleCase[] = [
  {
    rule: 'template_trials_one',
    says: 'UNIQUE constraint failed: template_trials.name, template_trials.template_version',
    before: trial(),
    attempt: trial({ id: "'t2'" }),
  },
]
