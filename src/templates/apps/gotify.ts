import type { Template } from '../template'
import { calm, patient, timeZoneInput } from './shared'

export const gotify: Template = {
  name: 'gotify',
  title: 'Gotify',
  description: {
    en: 'Push messages from your scripts and servers to your phone and browser.',
    id: 'Kirim pesan push dari skrip dan server Anda ke ponsel dan peramban.',
  },
  firstSteps: {
    en: 'Log in with the credentials page, create an application and send with its token.',
    id: 'Masuk dengan kredensial, buat aplikasi, dan kirim dengan tokennya.',
  },
  categories: ['automation', 'developer-tools'],
  homepage: 'https://gotify.net',
  licence: { spdx: 'MIT', resale: 'free', note: 'MIT.' },
  type: 'hosting',
  containers: [
    {
      name: 'app',
      image: 'docker.io/gotify/server:2.9.1',
      ports: [{ name: 'http', port: 8080 }],
      env: [
        { name: 'GOTIFY_SERVER_PORT', value: '8080' },
        { name: 'GOTIFY_SERVER_TRUSTEDPROXIES', value: '[10.0.0.0/8]' },
        { name: 'GOTIFY_DEFAULTUSER_NAME', value: 'admin' },
        { name: 'GOTIFY_DEFAULTUSER_PASS', secret: 'adminPassword' },
        { name: 'GOTIFY_REGISTRATION', input: 'registration' },
        { name: 'TZ', input: 'timeZone' },
      ],
      mounts: [{ volume: 'data', path: '/app/data', subPath: 'data' }],
      scratch: ['/tmp'],
      probes: {
        startup: { path: '/health', port: 'http', ...patient },
        readiness: { path: '/health', port: 'http', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { path: '/health', port: 'http', ...calm },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 50, memoryMb: 128 },
      user: 1000,
      group: 1000,
      readOnlyRoot: true,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'app', port: 'http', adminPath: '/' },
  inputs: [
    timeZoneInput,
    {
      key: 'registration',
      label: { en: 'Let visitors register', id: 'Izinkan pengunjung mendaftar' },
      type: 'boolean',
      default: false,
      changeable: true,
    },
  ],
  secrets: [{ key: 'adminPassword', length: 24, alphabet: 'alphanumeric' }],
  credentials: [
    { label: { en: 'User', id: 'Pengguna' }, value: { text: 'admin' } },
    { label: { en: 'First password', id: 'Kata sandi awal' }, value: { secret: 'adminPassword' } },
  ],
  minimum: { cpuMillicores: 50, memoryMb: 128, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 30,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
