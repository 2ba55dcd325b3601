import { describe, expect, test } from 'bun:test'
import { type InstanceSpec, renderInstance } from '../../../src/reconcile/manifests'
import { container } from '../../../src/templates/apps/container'
import { ofKind, podOf } from './kinds'
import { platform, registryLogIn, specOf } from './specs'

const plan = { cpuMillicores: 500, memoryMb: 512, storageGb: 5 }
const spec = specOf(container, plan)
const render = (change: Partial<InstanceSpec['inputs']> = {}, on = platform) =>
  renderInstance({ ...spec, inputs: { ...spec.inputs, ...change } as InstanceSpec['inputs'] }, on)
const appOf = (objects = render()) => podOf(objects).spec!.containers[0]!
const secretOf = (objects: ReturnType<typeof render>, name: string) =>
  ofKind(objects, 'Secret').find(({ metadata }) => metadata.name === name)
const decoded = (data: Record<string, string> | undefined, key: string) =>
  Buffer.from(data?.[key] ?? '', 'base64').toString()

describe('a container of somebody’s own', () => {
  test('is pulled from where its image says, and asked for at each start', () => {
    const objects = render({}, { ...platform, imageRegistryPrefix: 'mirror.example.com/cache' })
    expect(appOf(objects)).toMatchObject({ image: 'registry.example.com/team/app:1.2', imagePullPolicy: 'Always' })
  })

  test('is pulled with the log-in that stands in a Secret of its own, for that alone', () => {
    const objects = render()
    expect(podOf(objects).spec!.imagePullSecrets).toEqual([{ name: `${spec.name}-pull` }])
    const pull = secretOf(objects, `${spec.name}-pull`)!
    expect(pull.type).toBe('kubernetes.io/dockerconfigjson')
    const auth = Buffer.from(`robot:${registryLogIn.password}`).toString('base64')
    expect(JSON.parse(decoded(pull.data, '.dockerconfigjson'))).toEqual({
      auths: { 'registry.example.com': { username: 'robot', password: registryLogIn.password, auth } },
    })
    expect(JSON.stringify(secretOf(objects, spec.name))).not.toContain('registry')
  })

  test('logs in to Docker Hub by the name that log-ins know it by', () => {
    const objects = render({ registry: { ...registryLogIn, server: 'docker.io' } })
    const config = JSON.parse(decoded(secretOf(objects, `${spec.name}-pull`)!.data, '.dockerconfigjson'))
    expect(Object.keys(config.auths)).toEqual(['https://index.docker.io/v1/'])
  })

  test('leaves no log-in behind when it is taken away', () => {
    const objects = render({ registry: undefined })
    expect(podOf(objects).spec!.imagePullSecrets).toBeUndefined()
    const pull = secretOf(objects, `${spec.name}-pull`)!
    expect(decoded(pull.data, '.dockerconfigjson')).toBe('{"auths":{}}')
  })

  test('shows of a log-in nothing that it could be guessed from', () => {
    const hashOf = (secrets: Record<string, string>) =>
      secretOf(renderInstance({ ...spec, secrets }, platform), `${spec.name}-pull`)!.metadata.annotations
    expect(hashOf({ salt: 'another salt' })).not.toEqual(hashOf(spec.secrets))
  })

  test('gets its variables as they were typed, secret ones through its Secret', () => {
    const objects = render()
    expect(appOf(objects).env).toEqual([
      { name: 'PORT', value: '8080' },
      { name: 'PUBLIC_URL', value: `https://${spec.subdomain}.apps.example.com` },
      { name: 'GREETING', value: 'hello $$(HOME)' },
      { name: 'EMPTY', value: '' },
      {
        name: 'API_KEY',
        valueFrom: { secretKeyRef: { name: spec.name, key: 'secretVariables.API_KEY' } },
      },
    ])
    expect(decoded(secretOf(objects, spec.name)!.data, 'secretVariables.API_KEY')).toBe('se$$cret-$(HOME)-of-api')
  })

  test('runs the words that were given, which no shell and no cluster reads', () => {
    expect(appOf(render({ command: ['sh', '-c', 'echo $(HOME) $PATH'], arguments: ['$$'] }))).toMatchObject({
      command: ['sh', '-c', 'echo $$(HOME) $$PATH'],
      args: ['$$$$'],
    })
    const app = appOf(render({ command: undefined, arguments: undefined }))
    expect(app).not.toHaveProperty('command')
    expect(app).not.toHaveProperty('args')
  })

  test('has its user, port and folder from its inputs', () => {
    const objects = render({ user: 33, port: 80, dataPath: '/var/www' })
    const app = appOf(objects)
    expect(app.ports).toEqual([{ name: 'http', containerPort: 80, protocol: 'TCP' }])
    expect(app.securityContext).toMatchObject({ runAsUser: 33, runAsGroup: 33, runAsNonRoot: true })
    expect(app.volumeMounts).toEqual([{ name: 'data', mountPath: '/var/www', subPath: 'data' }])
    expect(podOf(objects).spec!.securityContext!.sysctls).toEqual([
      { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' },
    ])
  })

  test('rolls when anything of it changes, its log-in too, and keeps what was generated', () => {
    const hashes = [
      render(),
      render({ registry: { ...registryLogIn, password: 'another' } }),
      render({ secretVariables: { API_KEY: 'another' } }),
    ].map((objects) => podOf(objects).metadata!.annotations!['minispod.io/config-hash'])
    expect(new Set(hashes).size).toBe(3)
    for (const objects of [render(), render({ image: 'ghcr.io/acme/x:2' })])
      expect(decoded(secretOf(objects, spec.name)!.data, 'salt')).toBe(spec.secrets.salt!)
  })

  test('is still known by its names once its configuration was erased', () => {
    const names = (objects: ReturnType<typeof render>) =>
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    const erased = renderInstance({ ...spec, inputs: {} }, platform)
    expect(names(erased)).toEqual(names(render()))
  })
})
