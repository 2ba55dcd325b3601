import type { Template } from '../template'
import { calm, patient } from './shared'

export const grafana: Template = {
  name: 'grafana',
  title: 'Grafana',
  description: {
    en: 'Dashboards and alerts over metrics, logs and databases.',
    id: 'Dasbor dan peringatan atas metrik, log, dan basis data.',
  },
  firstSteps: {
    en: 'Log in with the administrator account of the credentials page and add a data source.',
    id: 'Masuk dengan akun administrator di halaman kredensial dan tambahkan sumber data.',
  },
  categories: ['monitoring', 'analytics'],
  homepage: 'https://grafana.com/oss/grafana/',
  licence: {
    spdx: 'AGPL-3.0-only',
    resale: 'free',
    note: 'The open source edition; the AGPL allows hosting it unmodified. The name is a trademark of Grafana Labs.',
  },
  type: 'hosting',
  containers: [
    {
      name: 'app',
      image: 'docker.io/grafana/grafana:12.4.3',
      ports: [{ name: 'http', port: 3000 }],
      env: [
        { name: 'GF_SERVER_ROOT_URL', fact: 'publicUrl', suffix: '/' },
        { name: 'GF_SECURITY_ADMIN_USER', value: 'admin' },
        { name: 'GF_SECURITY_ADMIN_PASSWORD', secret: 'adminPassword' },
        { name: 'GF_SECURITY_SECRET_KEY', secret: 'secretKey' },
        { name: 'GF_SECURITY_COOKIE_SECURE', fact: 'https' },
        { name: 'GF_USERS_ALLOW_SIGN_UP', value: 'false' },
        { name: 'GF_AUTH_ANONYMOUS_ENABLED', input: 'anonymousView' },
        { name: 'GF_ANALYTICS_REPORTING_ENABLED', value: 'false' },
        { name: 'GF_LOG_MODE', value: 'console' },
      ],
      mounts: [{ volume: 'data', path: '/var/lib/grafana', subPath: 'data' }],
      scratch: ['/tmp'],
      probes: {
        startup: { path: '/api/health', port: 'http', ...patient },
        readiness: { path: '/api/health', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/api/health', port: 'http', ...calm },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 100, memoryMb: 256 },
      user: 472,
      group: 0,
      readOnlyRoot: false,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/admin' },
  inputs: [
    {
      key: 'anonymousView',
      label: { en: 'Show dashboards without log-in', id: 'Tampilkan dasbor tanpa masuk' },
      type: 'boolean',
      default: false,
      changeable: true,
    },
  ],
  secrets: [
    { key: 'adminPassword', length: 24, alphabet: 'alphanumeric' },
    { key: 'secretKey', length: 40, alphabet: 'alphanumeric' },
  ],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { text: 'admin' } },
    { label: { en: 'First password', id: 'Kata sandi awal' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 30,
  podSecurity: { level: 'restricted' },
  fsGroup: 472,
}
