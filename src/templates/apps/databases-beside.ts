import type { TemplateContainer, TemplateSecret } from '../template'

/** What the app beside reads its database's password from. */
export const databaseSecret: TemplateSecret = { key: 'databasePassword', length: 32, alphabet: 'alphanumeric' }
export const rootSecret: TemplateSecret = { key: 'databaseRootPassword', length: 32, alphabet: 'alphanumeric' }

type Part = Pick<TemplateContainer, 'share' | 'needs'>

// A kubelet starts containers in order and holds the next back until this one's hook has ended, so the app finds its
// database open; the loop gives up after two minutes and leaves the rest to the probes.
const waitFor = (check: string): string[] => [
  'sh',
  '-c',
  `for attempt in $(seq 1 120); do ${check} && exit 0; sleep 1; done; exit 0`,
]

/** PostgreSQL for the app in the same pod, on loopback only. */
export function postgresBeside(name: string, part: Part): TemplateContainer {
  const check = `pg_isready -q -h 127.0.0.1 -U ${name} -d ${name}`
  return {
    name: 'database',
    // Not the bare `18`: when it moves to the next Debian its sort order changes and text indexes break.
    image: 'docker.io/library/postgres:18-trixie',
    args: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=50', '-c', 'shared_buffers=64MB'],
    ports: [{ name: 'postgres', port: 5432 }],
    env: [
      { name: 'POSTGRES_USER', value: name },
      { name: 'POSTGRES_DB', value: name },
      { name: 'POSTGRES_PASSWORD', secret: databaseSecret.key },
    ],
    mounts: [{ volume: 'data', path: '/var/lib/postgresql', subPath: 'postgres' }],
    scratch: ['/tmp', '/var/run/postgresql'],
    probes: {
      startup: { exec: ['sh', '-c', check], periodSeconds: 3, failureThreshold: 60 },
      readiness: { exec: ['sh', '-c', check], periodSeconds: 10, timeoutSeconds: 5 },
      liveness: { exec: ['sh', '-c', check], periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
    },
    afterStart: waitFor(check),
    user: 999,
    group: 999,
    readOnlyRoot: true,
    ...part,
  }
}

export const mariadbProbes: TemplateContainer['probes'] = {
  startup: {
    exec: ['healthcheck.sh', '--connect', '--innodb_initialized'],
    periodSeconds: 3,
    failureThreshold: 100,
  },
  readiness: {
    exec: ['healthcheck.sh', '--connect', '--innodb_initialized'],
    periodSeconds: 10,
    timeoutSeconds: 5,
  },
  liveness: { exec: ['healthcheck.sh', '--connect'], periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
}

/** MariaDB for the app in the same pod, on loopback only. */
export function mariadbBeside(name: string, part: Part): TemplateContainer {
  return {
    name: 'database',
    image: 'docker.io/library/mariadb:11.8',
    args: ['--bind-address=127.0.0.1', '--innodb-buffer-pool-size=$(BUFFER_POOL)', '--max-connections=50'],
    ports: [{ name: 'mysql', port: 3306 }],
    env: [
      { name: 'BUFFER_POOL', memoryPercent: 25, suffix: 'M' },
      { name: 'MARIADB_DATABASE', value: name },
      { name: 'MARIADB_USER', value: name },
      { name: 'MARIADB_PASSWORD', secret: databaseSecret.key },
      // Not the image's random one: it would be printed to the log, which the customer's tools may read.
      { name: 'MARIADB_ROOT_PASSWORD', secret: rootSecret.key },
      { name: 'MARIADB_ROOT_HOST', value: 'localhost' },
      { name: 'MARIADB_AUTO_UPGRADE', value: '1' },
    ],
    mounts: [{ volume: 'data', path: '/var/lib/mysql', subPath: 'mysql' }],
    scratch: ['/tmp', '/run/mysqld'],
    probes: mariadbProbes,
    afterStart: waitFor('healthcheck.sh --connect --innodb_initialized'),
    user: 999,
    group: 999,
    readOnlyRoot: true,
    ...part,
  }
}

/** MySQL 8.4 for the app in the same pod, on loopback only: what Ghost supports in production. */
export function mysqlBeside(name: string, part: Part): TemplateContainer {
  const check = 'mysqladmin ping -h 127.0.0.1 --silent'
  return {
    name: 'database',
    image: 'docker.io/library/mysql:8.4',
    args: [
      '--bind-address=127.0.0.1',
      '--mysqlx=OFF',
      '--performance-schema=OFF',
      '--disable-log-bin',
      '--innodb-buffer-pool-size=$(BUFFER_POOL)',
      '--max-connections=50',
    ],
    ports: [{ name: 'mysql', port: 3306 }],
    env: [
      { name: 'BUFFER_POOL', memoryPercent: 25, suffix: 'M' },
      { name: 'MYSQL_DATABASE', value: name },
      { name: 'MYSQL_USER', value: name },
      { name: 'MYSQL_PASSWORD', secret: databaseSecret.key },
      { name: 'MYSQL_ROOT_PASSWORD', secret: rootSecret.key },
      { name: 'MYSQL_ROOT_HOST', value: 'localhost' },
    ],
    mounts: [{ volume: 'data', path: '/var/lib/mysql', subPath: 'mysql' }],
    scratch: ['/tmp', '/var/run/mysqld'],
    probes: {
      startup: { exec: ['sh', '-c', check], periodSeconds: 3, failureThreshold: 100 },
      readiness: { exec: ['sh', '-c', check], periodSeconds: 10, timeoutSeconds: 5 },
      liveness: { exec: ['sh', '-c', check], periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
    },
    afterStart: waitFor(check),
    user: 999,
    group: 999,
    readOnlyRoot: true,
    ...part,
  }
}
