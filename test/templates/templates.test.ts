import { describe, expect, test } from 'bun:test'
import { findShortfalls, findTemplate, type Template, templates } from '../../src/templates'
import { findTemplateProblems } from '../../src/templates/check-template'
import { seedCatalog } from '../../src/templates/seed'

const n8n = findTemplate('n8n')!
const ghost = findTemplate('ghost')!

describe('the first-party templates', () => {
  for (const template of templates) {
    test(`${template.name} keeps the schema and its own promises`, () => {
      expect(findTemplateProblems(template)).toEqual([])
    })

    test(`${template.name} is data: nothing is lost when it is stored and read again`, () => {
      expect(JSON.parse(JSON.stringify(template))).toEqual(template)
    })
  }

  test('are at least twelve, each once, with what the journey needs among them', () => {
    const names = templates.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThanOrEqual(12)
    expect(names).toEqual(expect.arrayContaining(['n8n', 'ghost', 'wordpress']))
    expect(findTemplate('no-such-app')).toBeUndefined()
  })

  test('pin their images by a tag that is not latest', () => {
    const images = templates.flatMap(({ containers }) => containers.map(({ image }) => image))
    for (const image of images.filter((own) => typeof own === 'string'))
      expect(image).toMatch(/^[a-z0-9.-]+\.[a-z]+\/.+:(?!latest$).+$/)
  })

  test('stand in the documentation with their image, licence and what it says of resale', async () => {
    const rows = (await Bun.file(new URL('../../docs/templates.md', import.meta.url)).text())
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
    for (const { name, containers, exposure, licence } of templates) {
      const row = rows.find((cells) => cells[1] === name)
      const image = containers.find((container) => container.name === exposure.container)!.image
      expect(row?.[2]).toContain(
        String(typeof image === 'string' ? image : 'any').replace(/^(docker\.io\/library|docker\.io|ghcr\.io)\//, ''),
      )
      expect(row?.[4]?.startsWith(licence.resale === 'free' ? 'free' : 'needs an agreement')).toBe(true)
      if (!licence.spdx.startsWith('LicenseRef-')) expect(row?.[3]).toContain(licence.spdx)
    }
  })

  test('run without rights that Pod Security restricted refuses', () => {
    expect(templates.filter(({ podSecurity }) => podSecurity.level !== 'restricted')).toEqual([])
  })
})

describe('a template that an operator wrote', () => {
  const problemsOf = (change: (template: Template) => void): string[] => {
    const template = structuredClone(ghost)
    change(template)
    return findTemplateProblems(template).map(({ path, message }) => `${path} ${message}`)
  }

  test('is refused whole when it is no template at all', () => {
    for (const candidate of [null, 7, 'n8n', [], {}]) expect(findTemplateProblems(candidate)).not.toEqual([])
    expect(findTemplateProblems({ ...n8n, hostNetwork: true })).not.toEqual([])
  })

  test('must share out the whole plan', () => {
    expect(problemsOf((template) => (template.containers[0]!.share.memory = 40))).toEqual([
      '/containers/*/share/memory must add up to 100',
      '/containers/0/needs is more than its share of the smallest plan',
    ])
    expect(problemsOf((template) => (template.volumes[0]!.share = 90))).toEqual(['/volumes/*/share must add up to 100'])
  })

  test('may speak only of inputs, secrets, volumes and ports that it defines', () => {
    expect(problemsOf((template) => (template.secrets = template.secrets.slice(1)))).toEqual([
      '/containers/0/env/MYSQL_PASSWORD secret databasePassword is not defined',
      '/containers/1/env/database__connection__password secret databasePassword is not defined',
    ])
    for (const path of ['/proc', '/etc', '/var/run/secrets/kubernetes.io/x', '/data/../etc', '/sys/fs'])
      expect(problemsOf((template) => (template.containers[1]!.mounts[0]!.path = path)).join()).toMatch(
        /\/containers\/1\/mounts\/0\/path must (not be a folder of the system|be an absolute path)/,
      )
    expect(problemsOf((template) => (template.containers[1]!.mounts[0]!.volume = 'other'))).toEqual([
      '/containers/1/mounts volume other is not defined',
    ])
    expect(problemsOf((template) => (template.containers[1]!.ports[0]!.name = 'web'))).toEqual([
      '/containers/1/probes port http is not defined',
      '/containers/1/probes port http is not defined',
      '/containers/1/probes port http is not defined',
      '/exposure port http of container app is not defined',
    ])
  })

  test('may not use a name, a key or a port twice', () => {
    expect(problemsOf((template) => template.containers[1]!.ports.push({ name: 'db', port: 3306 }))).toEqual([
      '/containers/*/ports names the same thing twice',
    ])
    expect(problemsOf((template) => template.secrets.push({ ...template.secrets[0]! }))).toEqual([
      '/inputs names the same thing twice',
    ])
  })

  test('runs as root only where it says why Pod Security must be looser', () => {
    const root = (template: Template) => (template.containers[1]!.user = 0)
    expect(problemsOf(root)).toEqual(['/containers/1/user may be 0 only with pod security baseline'])
    expect(
      problemsOf((template) => {
        root(template)
        template.podSecurity = { level: 'baseline', reason: 'the image installs packages when it starts' }
      }),
    ).toEqual([])
  })

  test('may not carry a default that it would refuse, nor a pattern that is none', () => {
    expect(
      problemsOf((template) => {
        template.inputs.push({
          key: 'size',
          label: n8n.description,
          type: 'integer',
          min: 1,
          max: 5,
          default: 9,
          changeable: true,
        })
        template.inputs.push({
          key: 'word',
          label: n8n.description,
          type: 'string',
          maxLength: 9,
          pattern: '(',
          changeable: true,
        })
      }),
    ).toEqual([
      '/inputs/5/default is not a value that the input itself allows',
      '/inputs/6/pattern is not a regular expression of RE2, which has no look-around and no back-references',
    ])
  })

  test('must generate a secret when it takes one, as the pod carries a hash of both', () => {
    const template = structuredClone(findTemplate('memos')!)
    template.inputs.push({ key: 'token', label: n8n.description, type: 'secret', maxLength: 20, changeable: true })
    expect(findTemplateProblems(template).map(({ path }) => path)).toEqual(['/secrets'])
  })
})

describe('the seed', () => {
  const categories = seedCatalog()
  const services = categories.flatMap((category) => category.services)

  test('sells every template once, in three categories or more', () => {
    expect(categories.length).toBeGreaterThanOrEqual(3)
    expect(services.map(({ templateName }) => templateName).sort()).toEqual(templates.map(({ name }) => name).sort())
    expect(new Set(services.map(({ slug }) => slug)).size).toBe(services.length)
  })

  test('has three plans for each service that the template fits on, and more for more money', () => {
    for (const { templateName, plans } of services) {
      expect(plans.map(({ tier }) => tier)).toEqual([1, 2, 3])
      for (const plan of plans) expect(findShortfalls(findTemplate(templateName)!, plan)).toEqual([])
      for (const key of ['price', 'memoryMb', 'cpuMillicores', 'storageGb'] as const)
        expect(plans.map((plan) => plan[key])).toEqual(plans.map((plan) => plan[key]).sort((a, b) => a - b))
      for (const { price } of plans) expect(price % 1000).toBe(0)
    }
  })

  test('keeps back what may not be resold or has no image yet, and says of n8n what its licence asks', () => {
    const drafts = services.filter(({ status }) => status === 'DRAFT').map(({ slug }) => slug)
    expect(drafts).toEqual(['directus', 'container'])
    const sold = services.find(({ slug }) => slug === 'n8n')!
    expect(sold.status).toBe('ACTIVE')
    expect(sold.description).toContain('needs an agreement')
  })
})

test('a plan that is too small says where', () => {
  expect(findShortfalls(ghost, { cpuMillicores: 100, memoryMb: 1024, storageGb: 1 })).toEqual([
    'cpuMillicores',
    'storageGb',
  ])
})
