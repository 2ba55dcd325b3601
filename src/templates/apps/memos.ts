import type { Template } from '../template'
import { calm, patient, timeZoneInput } from './shared'

export const memos: Template = {
  name: 'memos',
  title: 'Memos',
  description: {
    en: 'Quick notes of your own, with tags and an API.',
    id: 'Catatan cepat milik sendiri, dengan tag dan API.',
  },
  firstSteps: {
    en: 'Open the URL and create the first account right away: it becomes the host.',
    id: 'Buka URL dan segera buat akun pertama: akun itu menjadi pengelola.',
  },
  categories: ['productivity'],
  homepage: 'https://usememos.com',
  licence: { spdx: 'MIT', resale: 'free', note: 'MIT.' },
  type: 'hosting',
  containers: [
    {
      name: 'app',
      image: 'docker.io/neosmemo/memos:0.29.1',
      ports: [{ name: 'http', port: 5230 }],
      env: [
        { name: 'MEMOS_MODE', value: 'prod' },
        { name: 'MEMOS_PORT', value: '5230' },
        { name: 'MEMOS_INSTANCE_URL', fact: 'publicUrl' },
        { name: 'TZ', input: 'timeZone' },
      ],
      mounts: [{ volume: 'data', path: '/var/opt/memos', subPath: 'data' }],
      scratch: ['/tmp'],
      probes: {
        startup: { path: '/healthz', port: 'http', ...patient },
        readiness: { path: '/healthz', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/healthz', port: 'http', ...calm },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 50, memoryMb: 128 },
      user: 10_001,
      group: 10_001,
      readOnlyRoot: true,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/setting' },
  inputs: [timeZoneInput],
  secrets: [],
  credentials: [],
  minimum: { cpuMillicores: 50, memoryMb: 128, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 30,
  podSecurity: { level: 'restricted' },
  fsGroup: 10_001,
}
