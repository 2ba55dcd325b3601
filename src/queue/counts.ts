import { countByStatus, type Drizzle } from '../db'
import type { JobStatus } from './tables'

interface JobCount {
  kind: string
  status: JobStatus
  total: number
}

/** How many jobs of each kind have which status, as triggers keep it. */
export async function countJobs(on: Drizzle): Promise<JobCount[]> {
  return [...(await countByStatus(on, 'jobs'))].map(([key, total]) => {
    const space = key.indexOf(' ')
    return { kind: key.slice(space + 1), status: key.slice(0, space) as JobStatus, total }
  })
}
