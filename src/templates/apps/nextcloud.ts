import type { Template } from '../template'
import { databaseSecret, mariadbBeside, rootSecret } from './databases-beside'
import { calm } from './shared'

export const nextcloud: Template = {
  name: 'nextcloud',
  title: 'Nextcloud',
  description: {
    en: 'Files, calendar and contacts of your own, with MariaDB in the same pod.',
    id: 'Berkas, kalender, dan kontak milik sendiri, dengan MariaDB di pod yang sama.',
  },
  firstSteps: {
    en: 'Log in with the administrator account of the credentials page. The first start takes a few minutes.',
    id: 'Masuk dengan akun administrator di halaman kredensial. Start pertama butuh beberapa menit.',
  },
  categories: ['productivity'],
  homepage: 'https://nextcloud.com',
  licence: {
    spdx: 'AGPL-3.0-or-later',
    resale: 'free',
    note: 'The AGPL allows hosting; the image runs unmodified and its source is public. The name is a trademark of Nextcloud GmbH.',
  },
  type: 'hosting',
  containers: [
    mariadbBeside('nextcloud', { share: { cpu: 30, memory: 35 }, needs: { cpuMillicores: 150, memoryMb: 320 } }),
    {
      name: 'app',
      image: 'docker.io/library/nextcloud:34-apache',
      ports: [{ name: 'http', port: 80 }],
      env: [
        { name: 'MYSQL_HOST', value: '127.0.0.1' },
        { name: 'MYSQL_DATABASE', value: 'nextcloud' },
        { name: 'MYSQL_USER', value: 'nextcloud' },
        { name: 'MYSQL_PASSWORD', secret: databaseSecret.key },
        { name: 'NEXTCLOUD_ADMIN_USER', input: 'adminUser' },
        { name: 'NEXTCLOUD_ADMIN_PASSWORD', secret: 'adminPassword' },
        { name: 'NEXTCLOUD_TRUSTED_DOMAINS', fact: 'publicHost' },
        { name: 'OVERWRITEHOST', fact: 'publicAuthority' },
        { name: 'OVERWRITEPROTOCOL', fact: 'scheme' },
        { name: 'OVERWRITECLIURL', fact: 'publicUrl' },
        // The ingress controller's pod; nothing else reaches the app's port.
        { name: 'TRUSTED_PROXIES', value: '10.0.0.0/8' },
        { name: 'PHP_UPLOAD_LIMIT', value: '2G' },
      ],
      mounts: [{ volume: 'data', path: '/var/www/html', subPath: 'html' }],
      probes: {
        // Its first start copies half a gigabyte to the volume and installs the schema.
        startup: { path: '/status.php', port: 'http', asPublic: true, periodSeconds: 5, failureThreshold: 180 },
        readiness: { path: '/status.php', port: 'http', asPublic: true, periodSeconds: 15, timeoutSeconds: 10 },
        liveness: { tcp: 'http', ...calm },
      },
      share: { cpu: 70, memory: 65 },
      needs: { cpuMillicores: 350, memoryMb: 512 },
      user: 33,
      group: 33,
      readOnlyRoot: false,
      scratchMb: 2048,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/settings/admin/overview' },
  inputs: [
    {
      key: 'adminUser',
      label: { en: "Administrator's name", id: 'Nama administrator' },
      type: 'string',
      minLength: 3,
      maxLength: 30,
      pattern: '^[a-z][a-z0-9._-]*$',
      default: 'admin',
      changeable: false,
    },
  ],
  secrets: [databaseSecret, rootSecret, { key: 'adminPassword', length: 24, alphabet: 'alphanumeric' }],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { input: 'adminUser' } },
    { label: { en: 'First password', id: 'Kata sandi awal' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 500, memoryMb: 1024, storageGb: 5 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 33,
}
