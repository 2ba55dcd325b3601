import type { Template } from '../template'
import { databaseSecret, postgresBeside } from './databases-beside'
import { calm, patient } from './shared'

export const directus: Template = {
  name: 'directus',
  title: 'Directus',
  description: {
    en: 'A headless CMS: an API and an admin app over PostgreSQL, which runs in the same pod.',
    id: 'CMS tanpa antarmuka: API dan aplikasi admin di atas PostgreSQL yang berjalan di pod yang sama.',
  },
  firstSteps: {
    en: 'Log in with the administrator account of the credentials page and change its password.',
    id: 'Masuk dengan akun administrator di halaman kredensial dan ganti kata sandinya.',
  },
  categories: ['websites', 'developer-tools'],
  homepage: 'https://directus.io',
  licence: {
    spdx: 'BUSL-1.1',
    resale: 'needs-agreement',
    note: 'The Business Source License grants production use within limits; charging others for hosted Directus needs an agreement with Monospace, Inc.',
  },
  type: 'hosting',
  containers: [
    postgresBeside('directus', { share: { cpu: 35, memory: 30 }, needs: { cpuMillicores: 100, memoryMb: 192 } }),
    {
      name: 'app',
      image: 'docker.io/directus/directus:11',
      ports: [{ name: 'http', port: 8055 }],
      env: [
        { name: 'PUBLIC_URL', fact: 'publicUrl' },
        { name: 'SECRET', secret: 'appSecret' },
        { name: 'ADMIN_EMAIL', input: 'adminEmail' },
        { name: 'ADMIN_PASSWORD', secret: 'adminPassword' },
        { name: 'DB_CLIENT', value: 'pg' },
        { name: 'DB_HOST', value: '127.0.0.1' },
        { name: 'DB_PORT', value: '5432' },
        { name: 'DB_DATABASE', value: 'directus' },
        { name: 'DB_USER', value: 'directus' },
        { name: 'DB_PASSWORD', secret: databaseSecret.key },
        { name: 'IP_TRUST_PROXY', value: 'true' },
        { name: 'TELEMETRY', value: 'false' },
      ],
      mounts: [
        { volume: 'data', path: '/directus/uploads', subPath: 'uploads' },
        { volume: 'data', path: '/directus/extensions', subPath: 'extensions' },
      ],
      probes: {
        startup: { path: '/server/ping', port: 'http', ...patient },
        readiness: { path: '/server/ping', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/server/ping', port: 'http', ...calm },
      },
      share: { cpu: 65, memory: 70 },
      needs: { cpuMillicores: 150, memoryMb: 448 },
      user: 1000,
      group: 1000,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/admin' },
  inputs: [
    {
      key: 'adminEmail',
      label: { en: "Administrator's e-mail", id: 'E-mail administrator' },
      type: 'string',
      maxLength: 254,
      pattern: '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$',
      default: 'owner@example.com',
      changeable: false,
    },
  ],
  secrets: [
    databaseSecret,
    { key: 'appSecret', length: 48, alphabet: 'alphanumeric' },
    { key: 'adminPassword', length: 24, alphabet: 'alphanumeric' },
  ],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { input: 'adminEmail' } },
    { label: { en: 'First password', id: 'Kata sandi awal' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 300, memoryMb: 768, storageGb: 2 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
