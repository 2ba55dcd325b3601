import type { Template } from '../template'
import { databaseSecret, postgresBeside } from './databases-beside'
import { calm, patient } from './shared'

export const wikiJs: Template = {
  name: 'wiki-js',
  title: 'Wiki.js',
  description: {
    en: 'A wiki for teams, with PostgreSQL in the same pod.',
    id: 'Wiki untuk tim, dengan PostgreSQL di pod yang sama.',
  },
  firstSteps: {
    en: 'Open the URL and finish the setup right away: the first visitor chooses the administrator.',
    id: 'Buka URL dan segera selesaikan penyiapan: pengunjung pertama menentukan administrator.',
  },
  categories: ['productivity', 'developer-tools'],
  homepage: 'https://js.wiki',
  licence: {
    spdx: 'AGPL-3.0-only',
    resale: 'free',
    note: 'The AGPL allows hosting; the image runs unmodified and its source is public.',
  },
  type: 'hosting',
  containers: [
    postgresBeside('wiki', { share: { cpu: 35, memory: 35 }, needs: { cpuMillicores: 75, memoryMb: 160 } }),
    {
      name: 'app',
      image: 'ghcr.io/requarks/wiki:2',
      ports: [{ name: 'http', port: 3000 }],
      env: [
        { name: 'DB_TYPE', value: 'postgres' },
        { name: 'DB_HOST', value: '127.0.0.1' },
        { name: 'DB_PORT', value: '5432' },
        { name: 'DB_NAME', value: 'wiki' },
        { name: 'DB_USER', value: 'wiki' },
        { name: 'DB_PASS', secret: databaseSecret.key },
      ],
      mounts: [],
      probes: {
        startup: { path: '/healthz', port: 'http', ...patient },
        readiness: { path: '/healthz', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/healthz', port: 'http', ...calm },
      },
      share: { cpu: 65, memory: 65 },
      needs: { cpuMillicores: 150, memoryMb: 320 },
      user: 1000,
      group: 1000,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/a' },
  inputs: [],
  secrets: [databaseSecret],
  credentials: [],
  minimum: { cpuMillicores: 250, memoryMb: 512, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
