import { expect, test } from 'bun:test'
import { type DesiredObject, renderInstance, specHashAnnotation } from '../../../src/reconcile/manifests'
import { findTemplate } from '../../../src/templates'
import { ofKind, onlyOf, podOf } from './kinds'
import { platform, specOf } from './specs'

const ghost = findTemplate('ghost')!
const plan = { cpuMillicores: 500, memoryMb: 1024, storageGb: 10 }

const hashes = (objects: DesiredObject[]) =>
  Object.fromEntries(objects.map(({ kind, metadata }) => [kind, metadata.annotations[specHashAnnotation]!]))
const changed = (before: DesiredObject[], after: DesiredObject[]) => {
  const [old, now] = [hashes(before), hashes(after)]
  return Object.keys(now).filter((kind) => old[kind] !== now[kind])
}

test('a stop changes the Deployment alone, and only its replicas', () => {
  const running = renderInstance(specOf(ghost, plan), platform)
  const stopped = renderInstance(specOf(ghost, plan, { replicas: 0 }), platform)
  expect(changed(running, stopped)).toEqual(['Deployment'])
  expect(onlyOf(stopped, 'Deployment').spec!.replicas).toBe(0)
  expect(podOf(stopped)).toEqual(podOf(running))
})

test('a restart changes the pod template and nothing else', () => {
  const before = renderInstance(specOf(ghost, plan), platform)
  const after = renderInstance(specOf(ghost, plan, { restartedAt: '2026-11-21T08:00:00.000Z' }), platform)
  expect(changed(before, after)).toEqual(['Deployment'])
  expect(podOf(after)).not.toEqual(podOf(before))
})

test('a new secret value rolls the pod, although the pod only refers to it', () => {
  const spec = specOf(ghost, plan)
  const before = renderInstance(spec, platform)
  const after = renderInstance({ ...spec, secrets: { ...spec.secrets, databasePassword: 'x'.repeat(32) } }, platform)
  expect(changed(before, after)).toEqual(['Secret', 'Deployment'])
  expect(podOf(after)).not.toEqual(podOf(before))
})

test('a bigger plan changes the claim and the Deployment', () => {
  const before = renderInstance(specOf(ghost, plan), platform)
  const after = renderInstance(specOf(ghost, { cpuMillicores: 1000, memoryMb: 2048, storageGb: 25 }), platform)
  expect(changed(before, after)).toEqual(['PersistentVolumeClaim', 'Deployment'])
})

test("a customer's input that looks like a variable stays text", () => {
  const spec = specOf(ghost, plan)
  const { containers } = podOf(renderInstance(spec, platform)).spec!
  const user = containers
    .find(({ name }) => name === 'app')!
    .env!.find(({ name }) => name === 'mail__options__auth__user')
  expect(spec.inputs.smtpUser).toBe('mail$(ROOT)')
  expect(user!.value).toBe('mail$$(ROOT)')
})

test('variables that hang on an input without a value are left out', () => {
  const { smtpHost: _, ...inputs } = specOf(ghost, plan).inputs
  const { containers } = podOf(renderInstance(specOf(ghost, plan, { inputs }), platform)).spec!
  const names = containers.find(({ name }) => name === 'app')!.env!.map(({ name }) => name)
  expect(names.filter((name) => name.startsWith('mail__'))).toEqual([])
})

test('an app on port 80 may bind it without being root', () => {
  const pod = podOf(renderInstance(specOf(findTemplate('wordpress')!, plan), platform)).spec!
  expect(pod.securityContext!.sysctls).toEqual([{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }])
  expect(podOf(renderInstance(specOf(ghost, plan), platform)).spec!.securityContext!.sysctls).toBeUndefined()
})

test('an app has an Ingress on its own host with a certificate; a database has none, but a policy for its own customer', () => {
  const app = renderInstance(specOf(ghost, plan), platform)
  const { metadata, spec } = onlyOf(app, 'Ingress')
  expect(metadata.annotations).toMatchObject({ 'cert-manager.io/cluster-issuer': 'letsencrypt' })
  expect(spec!.tls).toEqual([{ hosts: ['ghost-7f3k.apps.example.com'], secretName: 'ghost-7f3k-tls' }])
  expect(spec!.rules![0]!.host).toBe('ghost-7f3k.apps.example.com')
  const database = renderInstance(specOf(findTemplate('postgres')!, plan), platform)
  expect(ofKind(database, 'Ingress')).toEqual([])
  expect(onlyOf(database, 'NetworkPolicy').spec!.ingress![0]!.ports).toEqual([{ protocol: 'TCP', port: 5432 }])
})

test('without an issuer HTTPS is left to the controller, and HTTP asks for no certificate', () => {
  const { clusterIssuer: _, ...bare } = platform
  const https = onlyOf(renderInstance(specOf(ghost, plan), bare), 'Ingress')
  expect(https.spec!.tls).toEqual([{ hosts: ['ghost-7f3k.apps.example.com'] }])
  const http = onlyOf(renderInstance(specOf(ghost, plan), { ...bare, scheme: 'http' }), 'Ingress')
  expect(http.spec!.tls).toBeUndefined()
})

test('a name, subdomain or id that no cluster would take is refused, and so is a missing secret', () => {
  const render = (change: object) => () => renderInstance(specOf(ghost, plan, change), platform)
  expect(render({ name: 'Ghost_1' })).toThrow('no usable name')
  expect(render({ name: 'a'.repeat(41) })).toThrow('no usable name')
  expect(render({ subdomain: 'a.b' })).toThrow('no usable subdomain')
  expect(render({ customerId: 'a'.repeat(64) })).toThrow("can't carry its value")
  expect(render({ secrets: {} })).toThrow('lacks the generated secret databasePassword')
})
