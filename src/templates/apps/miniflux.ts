import type { Template } from '../template'
import { databaseSecret, postgresBeside } from './databases-beside'
import { calm, patient, timeZoneInput } from './shared'

export const miniflux: Template = {
  name: 'miniflux',
  title: 'Miniflux',
  description: {
    en: 'A fast, plain feed reader, with PostgreSQL in the same pod.',
    id: 'Pembaca feed yang cepat dan sederhana, dengan PostgreSQL di pod yang sama.',
  },
  firstSteps: {
    en: 'Log in with the credentials page and import your feeds (OPML).',
    id: 'Masuk dengan kredensial dan impor feed Anda (OPML).',
  },
  categories: ['productivity'],
  homepage: 'https://miniflux.app',
  licence: { spdx: 'Apache-2.0', resale: 'free', note: 'Apache-2.0.' },
  type: 'hosting',
  containers: [
    postgresBeside('miniflux', { share: { cpu: 50, memory: 60 }, needs: { cpuMillicores: 50, memoryMb: 144 } }),
    {
      name: 'app',
      image: 'docker.io/miniflux/miniflux:2.3.3',
      ports: [{ name: 'http', port: 8080 }],
      env: [
        { name: 'DATABASE_PASSWORD', secret: databaseSecret.key },
        {
          name: 'DATABASE_URL',
          value: 'postgres://miniflux:$(DATABASE_PASSWORD)@127.0.0.1:5432/miniflux?sslmode=disable',
        },
        { name: 'RUN_MIGRATIONS', value: '1' },
        { name: 'CREATE_ADMIN', value: '1' },
        { name: 'ADMIN_USERNAME', value: 'admin' },
        { name: 'ADMIN_PASSWORD', secret: 'adminPassword' },
        { name: 'BASE_URL', fact: 'publicUrl' },
        { name: 'LISTEN_ADDR', value: '0.0.0.0:8080' },
        { name: 'POLLING_FREQUENCY', input: 'pollingMinutes' },
        { name: 'TZ', input: 'timeZone' },
      ],
      mounts: [],
      scratch: ['/tmp'],
      probes: {
        startup: { path: '/healthcheck', port: 'http', ...patient },
        readiness: { path: '/healthcheck', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/healthcheck', port: 'http', ...calm },
      },
      share: { cpu: 50, memory: 40 },
      needs: { cpuMillicores: 50, memoryMb: 96 },
      user: 65_534,
      group: 65_534,
      readOnlyRoot: true,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/settings' },
  inputs: [
    timeZoneInput,
    {
      key: 'pollingMinutes',
      label: { en: 'Ask feeds every (minutes)', id: 'Periksa feed tiap (menit)' },
      type: 'integer',
      min: 15,
      max: 1440,
      default: 60,
      changeable: true,
    },
  ],
  secrets: [databaseSecret, { key: 'adminPassword', length: 24, alphabet: 'alphanumeric' }],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { text: 'admin' } },
    { label: { en: 'First password', id: 'Kata sandi awal' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 999,
}
