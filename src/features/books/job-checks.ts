import type { RowCheck } from './row-check'

/** Of jobs that wait for each other. */
export const jobChecks: readonly RowCheck[] = [
  {
    name: 'line of jobs',
    table: 'jobs',
    wrong: `t.behind = 1 and not exists (select 1 from jobs f where f.kind = t.kind and f.subject = t.subject
      and f.subject is not null and f.behind = 0 and f.status in ('QUEUED', 'RUNNING'))`,
    says: `'job ' || t.id || ': it waits for another of its subject, but there is none'`,
  },
]
