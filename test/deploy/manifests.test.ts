import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { registeredRoutes } from '../http/openapi-document'

const folder = join(import.meta.dir, '../../deploy')

interface Manifest {
  kind: string
  // biome-ignore lint/suspicious/noExplicitAny: manifests of every kind
  spec: any
  data: Record<string, string>
}

const read = (file: string): Manifest[] =>
  parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as Manifest)
const find = (file: string, kind: string): Manifest => read(file).find((manifest) => manifest.kind === kind)!

interface IngressPath {
  path: string
  pathType: 'Exact' | 'Prefix'
}

const covers = ({ path, pathType }: IngressPath, asked: string): boolean =>
  asked === path || (pathType === 'Prefix' && asked.startsWith(`${path}/`))

test('the Ingress passes every path that customers and providers call, and none that only the machine does', () => {
  const paths = find('network.yaml', 'Ingress').spec.rules[0].http.paths as IngressPath[]
  const routes = registeredRoutes().map(({ path, hooks }) => ({
    path: path.replace(/\/(?::\w+|\*)/g, '/x').replace(/(?<=.)\/$/, ''),
    inner: hooks.detail?.['x-access'] === 'operator',
  }))
  const passed = (asked: string) => paths.some((path) => covers(path, asked))
  expect(routes.filter(({ path, inner }) => passed(path) === inner).map(({ path }) => path)).toEqual([])
  expect(paths.filter((path) => !routes.some((route) => covers(path, route.path)))).toEqual([])
})

test('it has TLS for its very host, which is that of PUBLIC_URL, and the addresses of its proxy are known', () => {
  const { spec } = find('network.yaml', 'Ingress')
  const settings = find('settings.yaml', 'ConfigMap').data
  const { hostname, protocol } = new URL(settings.PUBLIC_URL!)
  expect(protocol).toBe('https:')
  expect(spec.rules.map((rule: { host: string }) => rule.host)).toEqual([hostname])
  expect(spec.tls).toEqual([{ hosts: [hostname], secretName: expect.any(String) }])
  expect(settings.TRUSTED_PROXIES).toBe('10.42.0.0/16')
})

test('figures have a port of their own that the Ingress does not lead to, for Prometheus alone', () => {
  const { METRICS_PORT } = find('settings.yaml', 'ConfigMap').data
  const workload = find('workload.yaml', 'Deployment').spec.template.spec.containers[0]
  const port = workload.ports.find(({ name }: { name: string }) => name === 'metrics').containerPort
  expect(String(port)).toBe(METRICS_PORT!)
  const { paths } = find('network.yaml', 'Ingress').spec.rules[0].http
  expect(paths.map(({ backend }: { backend: { service: { port: object } } }) => backend.service.port)).toEqual(
    paths.map(() => ({ name: 'http' })),
  )
  const rules = find('network.yaml', 'NetworkPolicy').spec.ingress
  const open = rules.map(({ ports }: { ports: { port: string }[] }) => ports.map(({ port }) => port))
  expect(open).toEqual([['http'], ['metrics']])
})
