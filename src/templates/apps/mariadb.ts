import type { Template } from '../template'
import { mariadbProbes } from './databases-beside'
import { databaseNameInput, databaseUserInput, internalCredentials } from './databases-sold'
import { timeZoneInput } from './shared'

export const mariadb: Template = {
  name: 'mariadb',
  title: 'MariaDB',
  description: {
    en: 'A MariaDB 11.8 database, reachable from your own apps in your namespace.',
    id: 'Basis data MariaDB 11.8, dapat diakses dari aplikasi Anda sendiri di namespace Anda.',
  },
  firstSteps: {
    en: 'Point an app of yours at the address and the credentials shown; the database is not reachable from outside.',
    id: 'Arahkan aplikasi Anda ke alamat dan kredensial yang ditampilkan; basis data tidak dapat diakses dari luar.',
  },
  categories: ['databases'],
  homepage: 'https://mariadb.org',
  licence: { spdx: 'GPL-2.0-only', resale: 'free', note: 'The GPL allows hosting; the image runs unmodified.' },
  type: 'database',
  containers: [
    {
      name: 'database',
      image: 'docker.io/library/mariadb:11.8',
      args: ['--innodb-buffer-pool-size=$(BUFFER_POOL)', '--max-connections=100'],
      ports: [{ name: 'mysql', port: 3306 }],
      env: [
        { name: 'BUFFER_POOL', memoryPercent: 40, suffix: 'M' },
        { name: 'MARIADB_DATABASE', input: 'databaseName' },
        { name: 'MARIADB_USER', input: 'databaseUser' },
        { name: 'MARIADB_PASSWORD', secret: 'password' },
        { name: 'MARIADB_ROOT_PASSWORD', secret: 'rootPassword' },
        { name: 'MARIADB_ROOT_HOST', value: 'localhost' },
        { name: 'MARIADB_AUTO_UPGRADE', value: '1' },
        { name: 'TZ', input: 'timeZone' },
      ],
      mounts: [{ volume: 'data', path: '/var/lib/mysql', subPath: 'mysql' }],
      scratch: ['/tmp', '/run/mysqld'],
      probes: mariadbProbes,
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 100, memoryMb: 256 },
      user: 999,
      group: 999,
      readOnlyRoot: true,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'internal', container: 'database', port: 'mysql' },
  inputs: [databaseNameInput, databaseUserInput, timeZoneInput],
  secrets: [
    { key: 'password', length: 32, alphabet: 'alphanumeric' },
    { key: 'rootPassword', length: 32, alphabet: 'alphanumeric' },
  ],
  credentials: internalCredentials('3306'),
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 1 },
  egress: 'none',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 999,
}
