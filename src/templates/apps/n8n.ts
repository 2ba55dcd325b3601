import type { Template } from '../template'
import { calm, patient, timeZoneInput } from './shared'

export const n8n: Template = {
  name: 'n8n',
  title: 'n8n',
  description: {
    en: 'Workflow automation: connect apps and APIs without writing a server.',
    id: 'Otomasi alur kerja: hubungkan aplikasi dan API tanpa menulis server.',
  },
  firstSteps: {
    en: 'Open the URL and create the owner account right away: the first visitor becomes the owner.',
    id: 'Buka URL dan segera buat akun pemilik: pengunjung pertama menjadi pemilik.',
  },
  categories: ['automation', 'developer-tools'],
  homepage: 'https://n8n.io',
  licence: {
    spdx: 'LicenseRef-n8n-sustainable-use',
    resale: 'needs-agreement',
    note: "n8n's Sustainable Use License allows internal business use; charging others for hosted n8n needs an agreement with n8n GmbH.",
  },
  type: 'hosting',
  containers: [
    {
      name: 'app',
      image: 'docker.io/n8nio/n8n:2.38.7',
      ports: [{ name: 'http', port: 5678 }],
      env: [
        { name: 'N8N_HOST', fact: 'publicHost' },
        { name: 'N8N_PORT', value: '5678' },
        { name: 'N8N_PROTOCOL', fact: 'scheme' },
        { name: 'N8N_EDITOR_BASE_URL', fact: 'publicUrl', suffix: '/' },
        { name: 'N8N_WEBHOOK_URL', fact: 'publicUrl', suffix: '/' },
        { name: 'N8N_PROXY_HOPS', value: '1' },
        // A secure cookie is never sent over plain HTTP: nobody could log in.
        { name: 'N8N_SECURE_COOKIE', fact: 'https' },
        { name: 'N8N_ENCRYPTION_KEY', secret: 'encryptionKey' },
        { name: 'N8N_DIAGNOSTICS_ENABLED', value: 'false' },
        { name: 'N8N_VERSION_NOTIFICATIONS_ENABLED', value: 'false' },
        { name: 'EXECUTIONS_DATA_PRUNE', value: 'true' },
        { name: 'EXECUTIONS_DATA_MAX_AGE', input: 'keepExecutionsHours' },
        { name: 'GENERIC_TIMEZONE', input: 'timeZone' },
        { name: 'TZ', input: 'timeZone' },
      ],
      mounts: [{ volume: 'data', path: '/home/node/.n8n', subPath: 'n8n' }],
      probes: {
        startup: { path: '/healthz', port: 'http', ...patient },
        // Healthy is the process; ready is its database migrated and open.
        readiness: { path: '/healthz/readiness', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/healthz', port: 'http', ...calm },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 250, memoryMb: 512 },
      user: 1000,
      group: 1000,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/' },
  inputs: [
    timeZoneInput,
    {
      key: 'keepExecutionsHours',
      label: { en: 'Keep finished executions for (hours)', id: 'Simpan eksekusi selesai selama (jam)' },
      type: 'integer',
      min: 1,
      max: 8760,
      default: 336,
      changeable: true,
    },
  ],
  secrets: [{ key: 'encryptionKey', length: 48, alphabet: 'alphanumeric' }],
  credentials: [{ label: { en: 'Encryption key', id: 'Kunci enkripsi' }, value: { secret: 'encryptionKey' } }],
  minimum: { cpuMillicores: 250, memoryMb: 512, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
