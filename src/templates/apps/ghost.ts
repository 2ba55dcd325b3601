import type { Template } from '../template'
import { databaseSecret, mysqlBeside, rootSecret } from './databases-beside'
import { calm, patient, smtpInputs } from './shared'

export const ghost: Template = {
  name: 'ghost',
  title: 'Ghost',
  description: {
    en: 'Publishing: a blog, newsletter and memberships, with MySQL in the same pod.',
    id: 'Penerbitan: blog, buletin, dan keanggotaan, dengan MySQL di pod yang sama.',
  },
  firstSteps: {
    en: 'Open the admin URL and create the owner account right away. Set a mail server to send newsletters.',
    id: 'Buka URL admin dan segera buat akun pemilik. Atur server e-mail untuk mengirim buletin.',
  },
  categories: ['websites'],
  homepage: 'https://ghost.org',
  licence: { spdx: 'MIT', resale: 'free', note: 'Ghost is MIT; MySQL beside it is GPL-2.0 and runs unmodified.' },
  type: 'hosting',
  containers: [
    mysqlBeside('ghost', { share: { cpu: 40, memory: 50 }, needs: { cpuMillicores: 100, memoryMb: 448 } }),
    {
      name: 'app',
      image: 'docker.io/library/ghost:6',
      ports: [{ name: 'http', port: 2368 }],
      env: [
        { name: 'NODE_ENV', value: 'production' },
        { name: 'url', fact: 'publicUrl' },
        { name: 'database__client', value: 'mysql' },
        { name: 'database__connection__host', value: '127.0.0.1' },
        { name: 'database__connection__port', value: '3306' },
        { name: 'database__connection__user', value: 'ghost' },
        { name: 'database__connection__password', secret: databaseSecret.key },
        { name: 'database__connection__database', value: 'ghost' },
        // Device verification sends a code by mail; without a mail server it would lock the owner out.
        { name: 'security__staffDeviceVerification', value: 'false' },
        { name: 'mail__transport', value: 'SMTP', when: 'smtpHost' },
        { name: 'mail__options__host', input: 'smtpHost', when: 'smtpHost' },
        { name: 'mail__options__port', input: 'smtpPort', when: 'smtpHost' },
        { name: 'mail__options__auth__user', input: 'smtpUser', when: 'smtpHost' },
        { name: 'mail__options__auth__pass', input: 'smtpPassword', when: 'smtpHost' },
        { name: 'mail__from', input: 'mailFrom', when: 'smtpHost' },
      ],
      mounts: [{ volume: 'data', path: '/var/lib/ghost/content', subPath: 'content' }],
      probes: {
        startup: { path: '/ghost/api/admin/site/', port: 'http', asPublic: true, ...patient },
        readiness: {
          path: '/ghost/api/admin/site/',
          port: 'http',
          asPublic: true,
          periodSeconds: 10,
          timeoutSeconds: 5,
        },
        liveness: { tcp: 'http', ...calm },
      },
      share: { cpu: 60, memory: 50 },
      needs: { cpuMillicores: 150, memoryMb: 448 },
      user: 1000,
      group: 1000,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/ghost/' },
  inputs: smtpInputs,
  secrets: [databaseSecret, rootSecret],
  credentials: [],
  minimum: { cpuMillicores: 250, memoryMb: 1024, storageGb: 2 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
