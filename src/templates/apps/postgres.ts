import type { Template } from '../template'
import { databaseNameInput, databaseUserInput, internalCredentials } from './databases-sold'
import { timeZoneInput } from './shared'

const check = ['sh', '-c', 'pg_isready -q -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"']

export const postgres: Template = {
  name: 'postgres',
  title: 'PostgreSQL',
  description: {
    en: 'A PostgreSQL 18 database, reachable from your own apps in your namespace.',
    id: 'Basis data PostgreSQL 18, dapat diakses dari aplikasi Anda sendiri di namespace Anda.',
  },
  firstSteps: {
    en: 'Point an app of yours at the address and the credentials shown; the database is not reachable from outside.',
    id: 'Arahkan aplikasi Anda ke alamat dan kredensial yang ditampilkan; basis data tidak dapat diakses dari luar.',
  },
  categories: ['databases'],
  homepage: 'https://www.postgresql.org',
  licence: { spdx: 'PostgreSQL', resale: 'free', note: 'The PostgreSQL licence.' },
  type: 'database',
  containers: [
    {
      name: 'database',
      // Not the bare `18`: when it moves to the next Debian its sort order changes and text indexes break.
      image: 'docker.io/library/postgres:18-trixie',
      args: ['-c', 'shared_buffers=$(SHARED_BUFFERS)', '-c', 'max_connections=100'],
      ports: [{ name: 'postgres', port: 5432 }],
      env: [
        { name: 'SHARED_BUFFERS', memoryPercent: 25, suffix: 'MB' },
        { name: 'POSTGRES_DB', input: 'databaseName' },
        { name: 'POSTGRES_USER', input: 'databaseUser' },
        { name: 'POSTGRES_PASSWORD', secret: 'password' },
        { name: 'TZ', input: 'timeZone' },
        { name: 'PGTZ', input: 'timeZone' },
      ],
      mounts: [{ volume: 'data', path: '/var/lib/postgresql', subPath: 'postgres' }],
      scratch: ['/tmp', '/var/run/postgresql'],
      probes: {
        startup: { exec: check, periodSeconds: 3, failureThreshold: 100 },
        readiness: { exec: check, periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { exec: check, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 100, memoryMb: 256 },
      user: 999,
      group: 999,
      readOnlyRoot: true,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'internal', container: 'database', port: 'postgres' },
  inputs: [databaseNameInput, databaseUserInput, timeZoneInput],
  secrets: [{ key: 'password', length: 32, alphabet: 'alphanumeric' }],
  credentials: internalCredentials('5432'),
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 1 },
  egress: 'none',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 999,
}
