import { describe, expect, test } from 'bun:test'
import { parseCpu, parseMemory } from '../../../src/kube/quantity'
import { renderInstance } from '../../../src/reconcile/manifests'
import { type InputValue, isNamed, secretInputKeys, templates } from '../../../src/templates'
import { ofKind, onlyOf, podOf, referencesIn } from './kinds'
import { platform, registryLogIn, seeded, specOf } from './specs'

const labelValue = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/

const textsOf = (value: InputValue): string[] => (isNamed(value) ? Object.values(value).map(String) : [String(value)])

describe('every template on every seeded plan', () => {
  for (const { template, plan } of seeded) {
    const objects = renderInstance(specOf(template, plan), platform)
    const name = `${template.name} on ${plan.name}`

    test(`${name} uses exactly the plan`, () => {
      const { containers } = podOf(objects).spec!
      const sum = (side: 'requests' | 'limits', what: 'cpu' | 'memory', parse: (text: string) => number) =>
        containers.reduce((total, { resources }) => total + parse(resources![side]![what]!), 0)
      for (const side of ['requests', 'limits'] as const) {
        expect(sum(side, 'cpu', parseCpu)).toBe(plan.cpuMillicores)
        expect(sum(side, 'memory', parseMemory)).toBe(plan.memoryMb * 1024 * 1024)
      }
      const storage = ofKind(objects, 'PersistentVolumeClaim').map(({ spec }) => spec!.resources!.requests!.storage!)
      expect(storage.reduce((total, size) => total + parseMemory(size), 0)).toBe(plan.storageGb * 1024 ** 3)
    })

    test(`${name} gives each container what it needs`, () => {
      const { containers } = podOf(objects).spec!
      for (const [index, { needs }] of template.containers.entries()) {
        expect(parseCpu(containers[index]!.resources!.limits!.cpu!)).toBeGreaterThanOrEqual(needs.cpuMillicores)
        expect(parseMemory(containers[index]!.resources!.limits!.memory!)).toBeGreaterThanOrEqual(
          needs.memoryMb * 2 ** 20,
        )
      }
    })
  }
})

describe('every template', () => {
  for (const template of templates) {
    const spec = specOf(template, { cpuMillicores: 2000, memoryMb: 4096, storageGb: 20 })
    const objects = renderInstance(spec, platform)

    test(`${template.name} carries valid labels and a selector that its pods match`, () => {
      for (const { metadata } of objects) {
        expect(metadata.namespace).toBe(spec.namespace)
        expect(metadata.labels).toMatchObject({
          'app.kubernetes.io/managed-by': 'minispod',
          'minispod.io/instance': spec.id,
        })
        for (const value of Object.values(metadata.labels)) expect(value).toMatch(labelValue)
      }
      const selector = onlyOf(objects, 'Deployment').spec!.selector.matchLabels!
      expect(selector).toEqual({ 'minispod.io/instance': spec.id })
      expect(podOf(objects).metadata!.labels).toMatchObject(selector)
      expect(onlyOf(objects, 'Service').spec!.selector).toEqual(selector)
    })

    test(`${template.name} asks for no more rights than Pod Security restricted gives`, () => {
      const pod = podOf(objects).spec!
      expect(pod.automountServiceAccountToken).toBe(false)
      expect(pod.enableServiceLinks).toBe(false)
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
      for (const { securityContext } of pod.containers) {
        expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } })
        expect(securityContext!.runAsUser).toBeGreaterThan(0)
      }
    })

    test(`${template.name} keeps its secrets in its Secret alone`, () => {
      const rest = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'))
      const secretInputs = secretInputKeys(template)
        .filter((key) => key !== template.registry?.input)
        .map((key) => spec.inputs[key]!)
      const { username, password } = registryLogIn
      for (const value of [username, password, ...Object.values(spec.secrets), ...secretInputs.flatMap(textsOf)]) {
        expect(rest).not.toContain(String(value))
        expect(rest).not.toContain(Buffer.from(String(value)).toString('base64'))
      }
    })

    test(`${template.name} refers only to secrets, claims and volumes that are rendered with it`, () => {
      const { containers, volumes } = podOf(objects).spec!
      const keys = Object.keys(ofKind(objects, 'Secret')[0]?.data ?? {})
      const claims = ofKind(objects, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)
      const used = {
        keys: containers.flatMap(({ env }) => env!.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? [])),
        claims: volumes!.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
        volumes: containers.flatMap(({ volumeMounts }) => volumeMounts!.map(({ name }) => name)),
      }
      expect(keys).toEqual(expect.arrayContaining(used.keys))
      expect(claims.sort()).toEqual(used.claims.sort())
      expect(volumes!.map(({ name }) => name)).toEqual(expect.arrayContaining(used.volumes))
    })

    test(`${template.name} names a variable only after it was set`, () => {
      for (const { env, args } of podOf(objects).spec!.containers) {
        const names = env!.map(({ name }) => name)
        const early = env!.flatMap(({ value }, index) =>
          referencesIn(value).filter((reference) => !names.slice(0, index).includes(reference)),
        )
        expect(early).toEqual([])
        expect(names).toEqual(expect.arrayContaining((args ?? []).flatMap((argument) => referencesIn(argument))))
      }
    })

    test(`${template.name} is rendered the same twice, byte for byte`, () => {
      expect(JSON.stringify(renderInstance(structuredClone(spec), structuredClone(platform)))).toBe(
        JSON.stringify(objects),
      )
    })
  }
})
