import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { RawAnswer } from '../http/raw-request'
import { until } from '../support/system'

const samples = join(import.meta.dir, '../../deploy/proxies')
const host = 'minispod.example.com'

export interface RunningProxy {
  url: string
  /** What a client that speaks TLS is answered to these very bytes. */
  send(text: string): Promise<RawAnswer>
  /** Where it takes requests without TLS. */
  plainUrl: string
  close(): Promise<void>
}

export type ProxyKind = 'nginx' | 'haproxy'

export const programOf = (kind: ProxyKind): string | null =>
  Bun.which(kind, { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` })

/** The sample of `deploy/proxies` in a real proxy: only its ports, its certificate and where MinisPod is are others. */
export async function openProxy(kind: ProxyKind, target: string): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), `minispod-${kind}-`))
  const [plain, secure] = [freePort(), freePort()]
  makeCertificate(folder)
  const sample = readFileSync(join(samples, kind === 'nginx' ? 'nginx.conf' : 'haproxy.cfg'), 'utf8')
    .replaceAll('/etc/ssl/minispod', folder)
    .replaceAll('127.0.0.1:3000', new URL(target).host)
  const path = join(folder, 'proxy.conf')
  writeFileSync(
    path,
    kind === 'nginx' ? wholeNginx(folder, sample, plain, secure) : wholeHaproxy(sample, plain, secure),
  )
  const child = Bun.spawn(commandOf(kind, folder, path), { stdout: 'ignore', stderr: 'pipe' })
  const close = async () => {
    child.kill('SIGTERM')
    await child.exited
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const answers = () =>
      fetch(`http://127.0.0.1:${plain}/`, { redirect: 'manual' }).then(
        ({ status }) => status,
        () => 0,
      )
    await until(`${kind} to answer`, answers, (status) => status > 0 || child.exitCode !== null)
    if (child.exitCode !== null) throw new Error(`${kind} ended: ${await new Response(child.stderr).text()}`)
  } catch (fault) {
    await close()
    throw fault
  }
  return {
    url: `https://127.0.0.1:${secure}`,
    send: (text) => sendOverTls(secure, text),
    plainUrl: `http://127.0.0.1:${plain}`,
    close,
  }
}

const commandOf = (kind: ProxyKind, folder: string, path: string): string[] =>
  kind === 'nginx'
    ? [programOf(kind)!, '-p', folder, '-c', path, '-e', 'stderr']
    : [programOf(kind)!, '-db', '-f', path]

const wholeNginx = (folder: string, sample: string, plain: number, secure: number): string => `
daemon off;
pid ${folder}/pid;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${sample.replace('listen 80;', `listen 127.0.0.1:${plain};`).replace('listen 443 ', `listen 127.0.0.1:${secure} `)}
}`

const wholeHaproxy = (sample: string, plain: number, secure: number): string =>
  sample.replace('bind :80\n', `bind 127.0.0.1:${plain}\n`).replace('bind :443 ', `bind 127.0.0.1:${secure} `)

/** As nginx wants it and as HAProxy does. */
function makeCertificate(folder: string): void {
  const [key, certificate] = [join(folder, 'privkey.pem'), join(folder, 'fullchain.pem')]
  const made = Bun.spawnSync([
    ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', `/CN=${host}`, '-keyout', key, '-out', certificate],
  ])
  if (made.exitCode !== 0) throw new Error(`openssl: ${made.stderr}`)
  writeFileSync(join(folder, 'both.pem'), readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'))
}

async function sendOverTls(port: number, text: string): Promise<RawAnswer> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: host,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => socket.destroy())
  socket.write(Buffer.from(text, 'latin1'))
  await closed
  const end = answer.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(answer)?.[1] ?? 0)
  return { status, head: answer.slice(0, end), body: end < 0 ? '' : answer.slice(end + 4) }
}

function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = probe
  probe.stop(true)
  return port!
}
