import { Elysia } from 'elysia'
import { jobRoutes } from '../../src/features/jobs'
import { mailRoutes } from '../../src/features/mails'
import { type Authenticate, accessControl } from '../../src/http/access'
import { errorMapper } from '../../src/http/error-mapper'
import { AppError } from '../../src/lib/errors'
import type { Parts } from '../../src/parts'
import type { Schedules } from '../../src/queue'
import { noLog } from '../queue/house'
import { linkOf, type PostOffice } from './post-office'

const authenticate: Authenticate = (request) => {
  const role = request.headers.get('authorization')?.replace('Bearer ', '')
  if (role !== 'ADMINISTRATOR' && role !== 'USER') throw new AppError('UNAUTHORIZED', 'Sign in first')
  return { userId: 'usr_1', sessionId: 'ses_1', role, email: 'a@example.com' }
}

interface Row {
  id: string
  key: string
  kind: string
  subject: string
  text: string
  html: string
  paused: boolean
}

/** One thing or a list of them; what a test does not expect is not there. */
interface Answer {
  status: number
  body: { data: Row & Row[]; meta: unknown; error: { code: string } }
}

/** The admin routes of mails and jobs behind real HTTP; `as` says who calls. */
export function serveAdmin(office: PostOffice, schedules: Schedules) {
  // These routes use no other part; whoever adds one will see it missing here at once.
  const parts = { ...office, authenticate, log: noLog, schedules } as unknown as Parts & { schedules: Schedules }
  const app = new Elysia()
    .use(errorMapper(noLog))
    .use(accessControl(authenticate))
    .use(mailRoutes(parts, linkOf))
    .use(jobRoutes(parts))
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch })
  const call = async (method: string, path: string, as: string): Promise<Answer> => {
    const headers: Record<string, string> = as === 'nobody' ? {} : { authorization: `Bearer ${as}` }
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method, headers })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
  return {
    get: (path: string, as = 'ADMINISTRATOR') => call('GET', path, as),
    post: (path: string, as = 'ADMINISTRATOR') => call('POST', path, as),
    close: () => server.stop(true),
  }
}
