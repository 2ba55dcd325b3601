import type { Template } from '../template'
import { calm, saltSecret } from './shared'
import { siteServer } from './static-site-server'

export const staticSite: Template = {
  name: 'static-site',
  title: 'Static website',
  description: {
    en: 'A website of plain files, taken from your git repository and kept up to date with it.',
    id: 'Situs web dari berkas statis, diambil dari repositori git Anda dan terus diperbarui.',
  },
  firstSteps: {
    en: 'Open the URL: it shows your repository, and every push to it after a minute or so.',
    id: 'Buka URL: isinya adalah repositori Anda, dan setiap push tampil setelah sekitar satu menit.',
  },
  categories: ['websites', 'developer-tools'],
  homepage: 'https://github.com/kubernetes/git-sync',
  licence: { spdx: 'BSD-2-Clause', resale: 'free', note: 'nginx is BSD-2-Clause, git-sync Apache-2.0, git GPL-2.0.' },
  type: 'hosting',
  containers: [
    {
      name: 'git-sync',
      image: 'registry.k8s.io/git-sync/git-sync:v4.4.0',
      ports: [{ name: 'sync', port: 9090 }],
      env: [
        { name: 'GITSYNC_REPO', input: 'repository' },
        { name: 'GITSYNC_REF', input: 'branch' },
        { name: 'GITSYNC_PERIOD', input: 'every' },
        // A folder in the volume: git-sync empties its root when it finds something else there.
        { name: 'GITSYNC_ROOT', value: '/git/root' },
        { name: 'GITSYNC_LINK', value: 'site' },
        // An end would take the site down with it, although what was fetched before is still there.
        { name: 'GITSYNC_MAX_FAILURES', value: '-1' },
        { name: 'GITSYNC_HTTP_BIND', value: ':9090' },
        { name: 'GITSYNC_USERNAME', input: 'username', when: 'token' },
        { name: 'GITSYNC_PASSWORD', input: 'token' },
        { name: 'HOME', value: '/tmp' },
      ],
      mounts: [{ volume: 'data', path: '/git', subPath: 'git' }],
      scratch: ['/tmp'],
      // Whether the site is there is the web server's to say: a git server that is away must not take it down.
      probes: {
        readiness: { tcp: 'sync', periodSeconds: 10, timeoutSeconds: 5 },
        liveness: { tcp: 'sync', ...calm },
      },
      share: { cpu: 50, memory: 60 },
      needs: { cpuMillicores: 25, memoryMb: 128 },
      user: 65_533,
      group: 65_533,
      readOnlyRoot: true,
    },
    {
      name: 'web',
      image: 'docker.io/nginxinc/nginx-unprivileged:1.30-alpine-slim',
      // The image's entrypoint puts the two variables into the configuration, and nothing else.
      args: ['nginx', '-c', '/tmp/nginx.conf', '-g', 'daemon off;'],
      ports: [
        { name: 'http', port: 8080 },
        { name: 'ready', port: 8081 },
      ],
      env: [
        { name: 'NGINX_ENVSUBST_OUTPUT_DIR', value: '/tmp' },
        { name: 'NGINX_ENVSUBST_FILTER', value: '^SITE_' },
        { name: 'NGINX_ENTRYPOINT_QUIET_LOGS', value: '1' },
        { name: 'SITE_FOLDER', input: 'folder' },
        { name: 'SITE_SINGLE_PAGE', input: 'singlePage' },
      ],
      files: [{ path: '/etc/nginx/templates/nginx.conf.template', content: siteServer }],
      mounts: [{ volume: 'data', path: '/git', subPath: 'git', readOnly: true }],
      scratch: ['/tmp'],
      probes: {
        // Answers once the first fetch is done, and from then on whatever becomes of the git server.
        readiness: { path: '/', port: 'ready', periodSeconds: 5, timeoutSeconds: 5 },
        liveness: { tcp: 'http', ...calm },
      },
      share: { cpu: 50, memory: 40 },
      needs: { cpuMillicores: 25, memoryMb: 48 },
      user: 101,
      group: 101,
      readOnlyRoot: true,
    },
  ],
  volumes: [{ name: 'data', share: 100 }],
  exposure: { kind: 'http', container: 'web', port: 'http' },
  inputs: [
    {
      key: 'repository',
      label: { en: 'Git repository (https)', id: 'Repositori git (https)' },
      type: 'string',
      minLength: 12,
      maxLength: 500,
      // No user and no password in it: it is not kept as a secret.
      pattern: '^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%+-]+)+/?$',
      required: true,
      changeable: true,
    },
    {
      key: 'branch',
      label: { en: 'Branch or tag; left out: the default branch', id: 'Cabang atau tag; kosong: cabang bawaan' },
      type: 'string',
      minLength: 1,
      maxLength: 200,
      pattern: '^[A-Za-z0-9_][A-Za-z0-9._/-]*$',
      changeable: true,
    },
    {
      key: 'folder',
      label: { en: 'Folder of the repository to serve', id: 'Folder repositori yang disajikan' },
      type: 'string',
      minLength: 1,
      maxLength: 200,
      // But for the repository itself no part begins with a dot: neither `..` nor git's own folder.
      default: '.',
      required: true,
      pattern: '^[.]$|^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$',
      changeable: true,
    },
    {
      key: 'token',
      label: { en: 'Access token, for a private repository', id: 'Token akses, untuk repositori privat' },
      type: 'secret',
      maxLength: 500,
      changeable: true,
    },
    {
      key: 'username',
      label: { en: 'User that the token belongs to', id: 'Pengguna pemilik token' },
      type: 'string',
      minLength: 1,
      maxLength: 200,
      default: 'git',
      required: true,
      changeable: true,
    },
    {
      key: 'every',
      label: { en: 'How often to look for changes', id: 'Seberapa sering memeriksa perubahan' },
      type: 'enum',
      options: ['30s', '1m', '5m', '15m', '1h'],
      default: '1m',
      required: true,
      changeable: true,
    },
    {
      key: 'singlePage',
      label: {
        en: 'Single-page app: show index.html for every path that is no file',
        id: 'Aplikasi satu halaman: tampilkan index.html untuk setiap alamat yang bukan berkas',
      },
      type: 'boolean',
      default: false,
      required: true,
      changeable: true,
    },
  ],
  secrets: [saltSecret],
  credentials: [],
  minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 1 },
  egress: 'internet',
  strategy: 'recreate',
  stopSeconds: 30,
  podSecurity: { level: 'restricted' },
  fsGroup: 65_533,
}
