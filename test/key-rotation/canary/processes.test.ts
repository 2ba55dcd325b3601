import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, temporaryFolder } from '../../support/command'
import { Canaries, newCanary } from './canaries'

const folder = temporaryFolder()
const refusing = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  // A server that repeats the credential, in the forms in which a libSQL server tells of an error.
  fetch: (request) => {
    const said = `no entrance for ${request.headers.get('authorization')} at ${request.url}`
    return Response.json({ error: said, message: said, code: 'AUTH' }, { status: 401 })
  },
})
afterAll(() => {
  refusing.stop(true)
  folder.remove()
})

interface Mistake {
  name: string
  /** What is set wrongly; `canary` is the secret in it. */
  environment(canary: string, path: string): Record<string, string>
  /** What the operator is told at least. */
  tells: RegExp
  /** For the start alone; else every command that opens the database. */
  servesOnly?: boolean
}

const kubeconfig = (name: string, text: (canary: string) => string, tells = /kubeconfig/): Mistake => ({
  name: `a kubeconfig ${name}`,
  environment: (canary, path) => {
    writeFileSync(join(path, 'kubeconfig'), text(canary))
    return { KUBECONFIG: join(path, 'kubeconfig') }
  },
  tells,
  servesOnly: true,
})

const user = (token: string, server = 'http://127.0.0.1:9') => `apiVersion: v1
kind: Config
current-context: it
contexts: [{name: it, context: {cluster: it, user: it}}]
clusters: [{name: it, cluster: {server: "${server}"}}]
users: [{name: it, user: ${token}}]
`

const mistakes: Mistake[] = [
  kubeconfig('that is no YAML', (canary) => `users:\n  - name: it\n    user: {token: "${canary}\n  oops: [`),
  kubeconfig('that is nothing but a token', (canary) => canary),
  kubeconfig('of the wrong shape', (canary) => `users: ${canary}\nclusters: {${canary}: [${canary}]}\n`),
  kubeconfig('with a server that is no URL', (canary) => user(`{token: ${canary}}`, `//me:${canary}@host`)),
  kubeconfig('with a key that is none', (canary) => {
    const data = Buffer.from(canary).toString('base64')
    return user(`{client-certificate-data: ${data}, client-key-data: ${data}}`)
  }),
  kubeconfig('whose credential plugin fails', (canary) => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', interactiveMode: 'Never' }
    const args = ['-c', `echo "not signed in" >&2; echo '{"token": "${canary}"'; exit 3`]
    return user(JSON.stringify({ exec: { ...exec, args, env: [{ name: 'TOKEN', value: canary }] } }))
  }),
  kubeconfig('whose credential plugin says nonsense', (canary) => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'echo', interactiveMode: 'Never' }
    return user(JSON.stringify({ exec: { ...exec, args: [`{"status": {"token": "${canary}"`] } }))
  }),
  kubeconfig(
    'with a proxy of the wrong kind',
    (canary) => user(`{token: none}`).replace('server:', `proxy-url: "socks5://me:${canary}@127.0.0.1:9", server:`),
    /proxy-url must be http/,
  ),
  {
    name: 'a DATABASE_URL of an unknown kind, with a password',
    environment: (canary) => ({ DATABASE_URL: `mysql://me:${canary}@host/db` }),
    tells: /^minispod: DATABASE_URL: must be a URL that starts with/,
  },
  {
    name: 'a DATABASE_URL without a scheme',
    environment: (canary) => ({ DATABASE_URL: `host?authToken=${canary}` }),
    tells: /^minispod: DATABASE_URL: must be a URL that starts with/,
  },
  {
    name: 'a DATABASE_URL of a file with parameters',
    environment: (canary) => ({ DATABASE_URL: `file:x.db?authToken=${canary}` }),
    tells: /^minispod: DATABASE_URL must be file:…/,
  },
  {
    name: 'a DATABASE_URL of a file that can’t be one',
    environment: (canary) => ({ DATABASE_URL: `file://me:${canary}@host/x.db` }),
    tells: /^minispod: DATABASE_URL/,
  },
  {
    name: 'a database server that is not there',
    environment: (canary) => ({ DATABASE_URL: `http://127.0.0.1:9/?authToken=${canary}`, DATABASE_AUTH_TOKEN: canary }),
    tells: /http:\/\/127\.0\.0\.1:9\/? cannot be reached/,
  },
  {
    name: 'a database server that is not there, with the password in the URL',
    environment: (canary) => ({ DATABASE_URL: `http://me:${canary}@127.0.0.1:9` }),
    tells: /http:\/\/127\.0\.0\.1:9\/? cannot be reached|DATABASE_URL/,
  },
  {
    name: 'a database server that refuses the token and repeats it',
    environment: (canary) => ({ DATABASE_URL: `http://127.0.0.1:${refusing.port}`, DATABASE_AUTH_TOKEN: canary }),
    tells: /http:\/\/127\.0\.0\.1:\d+/,
  },
  {
    name: 'a JWT_SECRET that is too short',
    environment: (canary) => ({ JWT_SECRET: canary.slice(0, 30) }),
    tells: /^minispod: JWT_SECRET: must be at least 32 characters/,
  },
  {
    name: 'ENCRYPTION_KEYS that are none',
    environment: (canary) => ({ ENCRYPTION_KEYS: `k1:${canary},${canary}` }),
    tells: /^minispod: ENCRYPTION_KEYS: entry 1/,
  },
  ...['MIDTRANS_BASE_URL', 'RESEND_BASE_URL', 'PUBLIC_URL'].map((name) => ({
    name: `a ${name} with a password and the wrong scheme`,
    environment: (canary: string) => ({ [name]: `ftp://me:${canary}@host` }),
    tells: new RegExp(`^minispod: ${name}: must be a URL`),
  })),
  {
    name: 'a damaged secrets.json',
    environment: (canary, path) => {
      writeFileSync(join(path, 'secrets.json'), `{"gatewayKey": "${canary}", "sealingKeys": [{"key": "${canary}"`)
      return {}
    },
    tells: /secrets\.json is damaged/,
    servesOnly: true,
  },
]

const commands = [['serve'], ['migrate'], ['verify'], ['seed'], ['create-admin', 'a@example.com'], ['rotate-keys']]
let places = 0

for (const { name, environment, tells, servesOnly } of mistakes) {
  test(`${name} ends each command with a plain line that shows no secret`, async () => {
    const canary = newCanary('boot')
    const canaries = new Canaries()
    canaries.add('it', canary)
    canaries.add('a part of it', canary.slice(0, 30))
    for (const args of servesOnly ? [['serve']] : commands) {
      const path = join(folder.path, String(++places))
      mkdirSync(path, { mode: 0o700 })
      const { code, out, err } = await runCommand(args, {
        dataDir: path,
        environment: { PORT: '0', HOST: '127.0.0.1', ...environment(canary, path) },
      })
      expect([args[0], canaries.findIn(out + err), out + err]).toEqual([args[0], [], out + err])
      // Not being able to look is another answer than a mismatch.
      const failure = args[0] === 'verify' ? 2 : 1
      expect([args[0], code, out, err]).toEqual([args[0], failure, '', expect.stringMatching(tells)])
      // One line a mistake, no stack.
      for (const line of err.trimEnd().split('\n')) expect(line).toStartWith('minispod: ')
    }
  })
}

test('a fault nobody foresaw is logged without what its error carries', async () => {
  const canary = newCanary('crash')
  const script = `
    import { createLogger } from ${JSON.stringify(join(import.meta.dir, '../../../src/cli/logger.ts'))}
    const { log, end } = createLogger({ logLevel: 'info' })
    const cause = Object.assign(new Error('below'), { config: { auth: '${canary}' } })
    const fault = Object.assign(new Error('above', { cause }), { rawHttpClientData: { headers: '${canary}' } })
    log.error({ err: fault }, 'request failed')
    end(0)`
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  expect(out).toContain('"message":"above"')
  expect(out).toContain('"message":"below"')
  expect(out + err).not.toContain(canary)
})
