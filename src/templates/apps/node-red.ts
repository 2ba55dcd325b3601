import type { Template } from '../template'
import { calm, patient, timeZoneInput } from './shared'

// Without this file the editor, which runs code, would be open to every visitor.
const settings = `const { createHash, timingSafeEqual } = require('node:crypto')
const digest = (text) => createHash('sha256').update(String(text)).digest()
const user = { username: 'admin', permissions: '*' }
module.exports = {
  uiPort: 1880,
  flowFile: 'flows.json',
  flowFilePretty: true,
  credentialSecret: process.env.CREDENTIAL_SECRET,
  adminAuth: {
    type: 'credentials',
    users: async (username) => (username === user.username ? user : null),
    authenticate: async (username, password) =>
      username === user.username && timingSafeEqual(digest(password), digest(process.env.ADMIN_PASSWORD)) ? user : null,
  },
  editorTheme: { projects: { enabled: false } },
  logging: { console: { level: 'info', metrics: false, audit: false } },
}
`

export const nodeRed: Template = {
  name: 'node-red',
  title: 'Node-RED',
  description: {
    en: 'Flow automation for APIs and devices; free to sell, unlike most of its kind.',
    id: 'Otomasi alur untuk API dan perangkat; bebas dijual, tidak seperti kebanyakan sejenisnya.',
  },
  firstSteps: {
    en: 'Log in to the editor with the credentials page. Pages your flows serve are public.',
    id: 'Masuk ke editor dengan kredensial. Halaman yang disajikan alur Anda bersifat publik.',
  },
  categories: ['automation', 'developer-tools'],
  homepage: 'https://nodered.org',
  licence: { spdx: 'Apache-2.0', resale: 'free', note: 'Apache-2.0.' },
  type: 'hosting',
  containers: [
    {
      name: 'app',
      image: 'docker.io/nodered/node-red:4.1.4-22',
      args: ['--settings', '/config/settings.js'],
      ports: [{ name: 'http', port: 1880 }],
      env: [
        { name: 'ADMIN_PASSWORD', secret: 'adminPassword' },
        { name: 'CREDENTIAL_SECRET', secret: 'credentialSecret' },
        { name: 'TZ', input: 'timeZone' },
      ],
      files: [{ path: '/config/settings.js', content: settings }],
      mounts: [{ volume: 'data', path: '/data', subPath: 'data' }],
      probes: {
        startup: { path: '/', port: 'http', ...patient },
        readiness: { path: '/', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { tcp: 'http', ...calm },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 100, memoryMb: 256 },
      user: 1000,
      group: 1000,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/' },
  inputs: [timeZoneInput],
  secrets: [
    { key: 'adminPassword', length: 24, alphabet: 'alphanumeric' },
    { key: 'credentialSecret', length: 48, alphabet: 'alphanumeric' },
  ],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { text: 'admin' } },
    { label: { en: 'Password', id: 'Kata sandi' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 30,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
