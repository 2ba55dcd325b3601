import type { Template } from '../template'
import { databaseSecret, mariadbBeside, rootSecret } from './databases-beside'
import { calm, patient } from './shared'

export const wordpress: Template = {
  name: 'wordpress',
  title: 'WordPress',
  description: {
    en: 'The most used website builder, with MariaDB in the same pod.',
    id: 'Pembuat situs web yang paling banyak dipakai, dengan MariaDB di pod yang sama.',
  },
  firstSteps: {
    en: 'Open the URL and finish the installation right away: the first visitor chooses the administrator.',
    id: 'Buka URL dan segera selesaikan pemasangan: pengunjung pertama menentukan administrator.',
  },
  categories: ['websites'],
  homepage: 'https://wordpress.org',
  licence: { spdx: 'GPL-2.0-or-later', resale: 'free', note: 'WordPress and MariaDB are GPL and run unmodified.' },
  type: 'hosting',
  containers: [
    mariadbBeside('wordpress', { share: { cpu: 35, memory: 45 }, needs: { cpuMillicores: 75, memoryMb: 192 } }),
    {
      name: 'app',
      image: 'docker.io/library/wordpress:7.1-php8.3-apache',
      ports: [{ name: 'http', port: 80 }],
      env: [
        { name: 'WORDPRESS_DB_HOST', value: '127.0.0.1' },
        { name: 'WORDPRESS_DB_NAME', value: 'wordpress' },
        { name: 'WORDPRESS_DB_USER', value: 'wordpress' },
        { name: 'WORDPRESS_DB_PASSWORD', secret: databaseSecret.key },
        { name: 'WORDPRESS_TABLE_PREFIX', input: 'tablePrefix' },
      ],
      mounts: [{ volume: 'data', path: '/var/www/html', subPath: 'html' }],
      probes: {
        // The log-in page needs the database; before the installation it redirects to it, which is as ready.
        startup: { path: '/wp-login.php', port: 'http', asPublic: true, timeoutSeconds: 5, ...patient },
        readiness: { path: '/wp-login.php', port: 'http', asPublic: true, periodSeconds: 15, timeoutSeconds: 10 },
        liveness: { tcp: 'http', ...calm },
      },
      share: { cpu: 65, memory: 55 },
      needs: { cpuMillicores: 150, memoryMb: 256 },
      user: 33,
      group: 33,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/wp-admin/' },
  inputs: [
    {
      key: 'tablePrefix',
      label: { en: 'Table prefix', id: 'Prefiks tabel' },
      type: 'string',
      minLength: 2,
      maxLength: 10,
      pattern: '^[a-z][a-z0-9]*_$',
      default: 'wp_',
      changeable: false,
    },
  ],
  secrets: [databaseSecret, rootSecret],
  credentials: [],
  minimum: { cpuMillicores: 250, memoryMb: 512, storageGb: 2 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 33,
}
