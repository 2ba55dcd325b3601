import { expect, test } from 'bun:test'
import { credentialsOf, mirrorImage, urlsOf } from '../../../src/reconcile/manifests'
import { findTemplate, templates } from '../../../src/templates'
import { platform, specOf } from './specs'

const plan = { cpuMillicores: 500, memoryMb: 1024, storageGb: 10 }
const ghost = specOf(findTemplate('ghost')!, plan)
const postgres = specOf(findTemplate('postgres')!, plan)

test('a short image name gets the registry that a container runtime would give it', () => {
  expect(mirrorImage('ghost:6', undefined)).toBe('docker.io/library/ghost:6')
  expect(mirrorImage('n8nio/n8n:2', undefined)).toBe('docker.io/n8nio/n8n:2')
  expect(mirrorImage('docker.io/ghost:6', undefined)).toBe('docker.io/library/ghost:6')
  expect(mirrorImage('localhost/app:1', undefined)).toBe('localhost/app:1')
  expect(mirrorImage('registry.local:5000/app:1', undefined)).toBe('registry.local:5000/app:1')
})

test('a mirror keeps the full name, so that two upstreams never share a path', () => {
  expect(mirrorImage('ghost:6', 'mirror.example.com/cache/')).toBe('mirror.example.com/cache/docker.io/library/ghost:6')
  expect(mirrorImage('ghcr.io/requarks/wiki:2', 'https://mirror.example.com')).toBe(
    'mirror.example.com/ghcr.io/requarks/wiki:2',
  )
})

test('an app has a public URL and an admin URL, a database has neither', () => {
  expect(urlsOf(ghost, platform)).toEqual({
    public: 'https://ghost-7f3k.apps.example.com',
    admin: 'https://ghost-7f3k.apps.example.com/ghost/',
  })
  expect(urlsOf(postgres, platform)).toEqual({ public: null, admin: null })
})

test("a port is shown only where it isn't the scheme's own", () => {
  expect(urlsOf(ghost, { ...platform, scheme: 'http', port: 8080 }).public).toBe(
    'http://ghost-7f3k.apps.example.com:8080',
  )
  expect(urlsOf(ghost, { ...platform, port: 443 }).public).toBe('https://ghost-7f3k.apps.example.com')
})

test("a database's credentials lead to its address inside the cluster", () => {
  const shown = credentialsOf(postgres, platform)
  expect(shown.map(({ value }) => value)).toContain('postgres-7f3k.customer-0dq1z8.svc.cluster.local')
  expect(shown.filter(({ secret }) => secret).map(({ value }) => value)).toEqual([postgres.secrets.password!])
})

test('every template can show its credentials', () => {
  for (const template of templates) {
    const shown = credentialsOf(specOf(template, plan), platform)
    expect(shown).toHaveLength(template.credentials.length)
    for (const { value } of shown) expect(value).not.toBe('')
  }
})
