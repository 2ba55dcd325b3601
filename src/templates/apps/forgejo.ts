import type { Template } from '../template'
import { calm, patient } from './shared'

// Registration is closed from the first second, so the administrator is made here; on later starts the command finds the
// user and fails, which is as good.
const createAdministrator = [
  'for attempt in $(seq 1 120); do wget -q -O /dev/null http://127.0.0.1:3000/api/healthz && break; sleep 1; done',
  'forgejo admin user create --admin --username "$ADMIN_USER" --password "$ADMIN_PASSWORD" --email "$ADMIN_EMAIL" --must-change-password=false >/dev/null 2>&1',
  'exit 0',
].join('\n')

export const forgejo: Template = {
  name: 'forgejo',
  title: 'Forgejo',
  description: {
    en: 'Git hosting with issues, pull requests and packages. Cloning is over HTTPS.',
    id: 'Hosting Git dengan issue, pull request, dan paket. Clone lewat HTTPS.',
  },
  firstSteps: {
    en: 'Log in with the administrator account of the credentials page and change its password.',
    id: 'Masuk dengan akun administrator di halaman kredensial dan ganti kata sandinya.',
  },
  categories: ['developer-tools'],
  homepage: 'https://forgejo.org',
  licence: {
    spdx: 'GPL-3.0-or-later',
    resale: 'free',
    note: 'The GPL allows hosting; the image runs unmodified.',
  },
  type: 'hosting',
  containers: [
    {
      name: 'app',
      image: 'codeberg.org/forgejo/forgejo:15-rootless',
      ports: [{ name: 'http', port: 3000 }],
      env: [
        { name: 'FORGEJO__server__ROOT_URL', fact: 'publicUrl', suffix: '/' },
        { name: 'FORGEJO__server__DOMAIN', fact: 'publicHost' },
        { name: 'FORGEJO__server__HTTP_PORT', value: '3000' },
        // Only HTTP comes through the ingress.
        { name: 'FORGEJO__server__DISABLE_SSH', value: 'true' },
        { name: 'FORGEJO__server__START_SSH_SERVER', value: 'false' },
        { name: 'FORGEJO__database__DB_TYPE', value: 'sqlite3' },
        { name: 'FORGEJO__security__INSTALL_LOCK', value: 'true' },
        { name: 'FORGEJO__security__SECRET_KEY', secret: 'secretKey' },
        { name: 'FORGEJO__service__DISABLE_REGISTRATION', input: 'closedRegistration' },
        { name: 'FORGEJO__log__LEVEL', value: 'Info' },
        { name: 'ADMIN_USER', input: 'adminUser' },
        { name: 'ADMIN_EMAIL', input: 'adminEmail' },
        { name: 'ADMIN_PASSWORD', secret: 'adminPassword' },
      ],
      mounts: [
        { volume: 'data', path: '/var/lib/gitea', subPath: 'data' },
        { volume: 'data', path: '/etc/gitea', subPath: 'config' },
      ],
      probes: {
        startup: { path: '/api/healthz', port: 'http', ...patient },
        readiness: { path: '/api/healthz', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/api/healthz', port: 'http', ...calm },
      },
      afterStart: ['sh', '-c', createAdministrator],
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 100, memoryMb: 256 },
      user: 1000,
      group: 1000,
      readOnlyRoot: false,
      scratchMb: 1024,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/admin' },
  inputs: [
    {
      key: 'adminUser',
      label: { en: "Administrator's name", id: 'Nama administrator' },
      type: 'string',
      minLength: 3,
      maxLength: 30,
      // `admin` is a reserved name there.
      pattern: '^[a-z][a-z0-9-]*$',
      except: ['admin'],
      default: 'owner',
      changeable: false,
    },
    {
      key: 'adminEmail',
      label: { en: "Administrator's e-mail", id: 'E-mail administrator' },
      type: 'string',
      maxLength: 254,
      pattern: '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$',
      default: 'owner@example.com',
      changeable: false,
    },
    {
      key: 'closedRegistration',
      label: { en: 'Keep registration closed', id: 'Tutup pendaftaran' },
      type: 'boolean',
      default: true,
      changeable: true,
    },
  ],
  secrets: [
    { key: 'adminPassword', length: 24, alphabet: 'alphanumeric' },
    { key: 'secretKey', length: 64, alphabet: 'alphanumeric' },
  ],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { input: 'adminUser' } },
    { label: { en: 'First password', id: 'Kata sandi awal' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 2 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
