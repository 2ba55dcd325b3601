import type { Template } from '../template'
import { calm, patient, timeZoneInput } from './shared'

export const uptimeKuma: Template = {
  name: 'uptime-kuma',
  title: 'Uptime Kuma',
  description: {
    en: 'Watches sites and services, tells you when one is down, and shows a status page.',
    id: 'Memantau situs dan layanan, memberi tahu saat ada yang mati, dan menampilkan halaman status.',
  },
  firstSteps: {
    en: 'Open the URL and create the administrator right away.',
    id: 'Buka URL dan segera buat administrator.',
  },
  categories: ['monitoring', 'developer-tools'],
  homepage: 'https://uptime.kuma.pet',
  licence: { spdx: 'MIT', resale: 'free', note: 'MIT.' },
  type: 'hosting',
  containers: [
    {
      name: 'app',
      image: 'docker.io/louislam/uptime-kuma:2-rootless',
      ports: [{ name: 'http', port: 3001 }],
      env: [
        { name: 'UPTIME_KUMA_PORT', value: '3001' },
        { name: 'UPTIME_KUMA_DB_TYPE', value: 'sqlite' },
        { name: 'TZ', input: 'timeZone' },
      ],
      mounts: [{ volume: 'data', path: '/app/data', subPath: 'data' }],
      probes: {
        startup: { path: '/api/entry-page', port: 'http', ...patient },
        readiness: { path: '/api/entry-page', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/api/entry-page', port: 'http', ...calm },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 100, memoryMb: 256 },
      user: 1000,
      group: 1000,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/dashboard' },
  inputs: [timeZoneInput],
  secrets: [],
  credentials: [],
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 30,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
