import type { Template } from '../template'
import { databaseSecret, postgresBeside } from './databases-beside'
import { calm, patient } from './shared'

// The image is born with admin/umami and no setting for it: the pod swaps that password before the owner hears of the app.
const swapFirstPassword = `const base = 'http://127.0.0.1:3000/api'
const post = (path, body, token) =>
  fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  })
for (let attempt = 0; attempt < 120; attempt++) {
  try {
    const login = await post('/auth/login', { username: 'admin', password: 'umami' })
    if (login.status === 400 || login.status === 401) break
    if (login.ok) {
      const { token } = await login.json()
      const newPassword = process.env.ADMIN_PASSWORD
      const changed = await post('/me/password', { currentPassword: 'umami', newPassword }, token)
      if (changed.ok) break
    }
  } catch {}
  await new Promise((resolve) => setTimeout(resolve, 1000))
}
`

export const umami: Template = {
  name: 'umami',
  title: 'Umami',
  description: {
    en: 'Web analytics without cookies, with PostgreSQL in the same pod.',
    id: 'Analitik web tanpa kuki, dengan PostgreSQL di pod yang sama.',
  },
  firstSteps: {
    en: 'Log in with the credentials page, then add your site and paste its script.',
    id: 'Masuk dengan kredensial, lalu tambahkan situs Anda dan tempel skripnya.',
  },
  categories: ['analytics', 'websites'],
  homepage: 'https://umami.is',
  licence: { spdx: 'MIT', resale: 'free', note: 'MIT.' },
  type: 'hosting',
  containers: [
    postgresBeside('umami', { share: { cpu: 35, memory: 35 }, needs: { cpuMillicores: 75, memoryMb: 160 } }),
    {
      name: 'app',
      image: 'ghcr.io/umami-software/umami:3.4.0',
      ports: [{ name: 'http', port: 3000 }],
      env: [
        { name: 'DATABASE_PASSWORD', secret: databaseSecret.key },
        { name: 'DATABASE_URL', value: 'postgresql://umami:$(DATABASE_PASSWORD)@127.0.0.1:5432/umami' },
        { name: 'APP_SECRET', secret: 'appSecret' },
        { name: 'TWO_FACTOR_ENCRYPTION_KEY', secret: 'twoFactorKey' },
        { name: 'ADMIN_PASSWORD', secret: 'adminPassword' },
        { name: 'DISABLE_TELEMETRY', value: '1' },
        { name: 'TRACKER_SCRIPT_NAME', input: 'trackerName' },
      ],
      files: [{ path: '/minispod/first-password.mjs', content: swapFirstPassword }],
      mounts: [],
      probes: {
        startup: { path: '/api/heartbeat', port: 'http', ...patient },
        readiness: { path: '/api/heartbeat', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/api/heartbeat', port: 'http', ...calm },
      },
      afterStart: ['node', '/minispod/first-password.mjs'],
      share: { cpu: 65, memory: 65 },
      needs: { cpuMillicores: 150, memoryMb: 320 },
      user: 1001,
      group: 1001,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/login' },
  inputs: [
    {
      key: 'trackerName',
      label: { en: "Name of the tracker's script", id: 'Nama skrip pelacak' },
      type: 'string',
      minLength: 1,
      maxLength: 40,
      pattern: '^[a-z][a-z0-9-]*$',
      default: 'script',
      changeable: true,
    },
  ],
  secrets: [
    databaseSecret,
    { key: 'appSecret', length: 64, alphabet: 'hex' },
    { key: 'twoFactorKey', length: 64, alphabet: 'hex' },
    { key: 'adminPassword', length: 24, alphabet: 'alphanumeric' },
  ],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { text: 'admin' } },
    { label: { en: 'First password', id: 'Kata sandi awal' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 250, memoryMb: 512, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 1001,
}
