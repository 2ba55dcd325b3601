import type { Template } from '../template'

// The password comes from REDISCLI_AUTH; a refused one still answers, so the answer itself is looked at.
const ping = ['sh', '-c', 'valkey-cli -h 127.0.0.1 ping | grep -q PONG']

export const valkey: Template = {
  name: 'valkey',
  title: 'Valkey',
  description: {
    en: 'An in-memory store that speaks the Redis protocol, reachable from your own apps in your namespace.',
    id: 'Penyimpanan dalam memori dengan protokol Redis, dapat diakses dari aplikasi Anda sendiri di namespace Anda.',
  },
  firstSteps: {
    en: 'Point an app of yours at the address and the password shown; the store is not reachable from outside.',
    id: 'Arahkan aplikasi Anda ke alamat dan kata sandi yang ditampilkan; penyimpanan tidak dapat diakses dari luar.',
  },
  categories: ['databases'],
  homepage: 'https://valkey.io',
  licence: { spdx: 'BSD-3-Clause', resale: 'free', note: 'BSD-3-Clause.' },
  type: 'database',
  containers: [
    {
      name: 'database',
      image: 'docker.io/valkey/valkey:9-alpine',
      args: [
        'valkey-server',
        '--requirepass',
        '$(REDISCLI_AUTH)',
        '--maxmemory',
        '$(MAX_MEMORY)',
        '--maxmemory-policy',
        '$(EVICTION)',
        '--appendonly',
        'yes',
        '--dir',
        '/data',
      ],
      ports: [{ name: 'valkey', port: 6379 }],
      env: [
        { name: 'REDISCLI_AUTH', secret: 'password' },
        // The rest is for the copy that a rewrite of the append-only file makes.
        { name: 'MAX_MEMORY', memoryPercent: 65, suffix: 'mb' },
        { name: 'EVICTION', input: 'eviction' },
      ],
      mounts: [{ volume: 'data', path: '/data', subPath: 'data' }],
      scratch: ['/tmp'],
      probes: {
        startup: { exec: ping, periodSeconds: 2, failureThreshold: 60 },
        readiness: { exec: ping, periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { exec: ping, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
      },
      share: { cpu: 100, memory: 100 },
      needs: { cpuMillicores: 50, memoryMb: 128 },
      user: 999,
      group: 1000,
      readOnlyRoot: true,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'internal', container: 'database', port: 'valkey' },
  inputs: [
    {
      key: 'eviction',
      label: { en: 'When memory is full', id: 'Saat memori penuh' },
      type: 'enum',
      options: ['noeviction', 'allkeys-lru', 'allkeys-lfu', 'volatile-lru', 'volatile-ttl'],
      default: 'noeviction',
      changeable: true,
    },
  ],
  secrets: [{ key: 'password', length: 40, alphabet: 'alphanumeric' }],
  credentials: [
    { label: { en: 'Address', id: 'Alamat' }, value: { fact: 'internalHost' } },
    { label: { en: 'Port', id: 'Port' }, value: { text: '6379' } },
    { label: { en: 'Password', id: 'Kata sandi' }, value: { secret: 'password' } },
  ],
  minimum: { cpuMillicores: 50, memoryMb: 128, storageGb: 1 },
  egress: 'none',
  strategy: 'recreate',
  stopSeconds: 60,
  podSecurity: { level: 'restricted' },
  fsGroup: 1000,
}
