import { describe, expect, test } from 'bun:test'
import { findTemplate, generateSecrets, secretInputKeys, templates, validateInputs } from '../../src/templates'

const n8n = findTemplate('n8n')!
const ghost = findTemplate('ghost')!
const forgejo = findTemplate('forgejo')!

const problems = (...call: Parameters<typeof validateInputs>): string[] => {
  const result = validateInputs(...call)
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path} ${message}`)
}
const accepted = (...call: Parameters<typeof validateInputs>) => {
  const result = validateInputs(...call)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.inputs
}

describe('a first configuration', () => {
  test('may be empty for every template that needs nothing of its owner, and then has its defaults', () => {
    const needy = templates.filter((template) => !validateInputs(template, {}).ok)
    expect(needy.map(({ name }) => name)).toEqual(['container', 'static-site'])
    expect(accepted(n8n, {})).toEqual({ timeZone: 'Asia/Jakarta', keepExecutionsHours: 336 })
  })

  test('is trimmed, and its e-mail addresses are lower case', () => {
    expect(accepted(ghost, { smtpHost: ' smtp.example.com ', mailFrom: ' Owner@Example.com' })).toMatchObject({
      smtpHost: 'smtp.example.com',
      mailFrom: 'owner@example.com',
    })
  })

  test('is refused with every mistake at once', () => {
    expect(problems(n8n, { timeZone: 'Mars', keepExecutionsHours: 0.5, hostNetwork: true })).toEqual([
      '/timeZone must be one of Asia/Jakarta, Asia/Makassar, Asia/Jayapura, Asia/Singapore, UTC',
      '/keepExecutionsHours must be a whole number from 1 to 8760',
      '/hostNetwork is not an input',
    ])
  })

  test('takes no text for a number or a switch', () => {
    expect(problems(n8n, { keepExecutionsHours: '24' })).toHaveLength(1)
    expect(problems(forgejo, { closedRegistration: 'true' })).toEqual(['/closedRegistration must be true or false'])
  })

  test('must be an object', () => {
    for (const submitted of [null, [], 'text', 7]) expect(problems(n8n, submitted)).toEqual(['/ must be an object'])
  })

  test('takes no control characters, which an environment variable could not carry', () => {
    expect(problems(ghost, { smtpUser: 'a\u0000b' })).toEqual(['/smtpUser must not contain control characters'])
    expect(problems(ghost, { smtpPassword: 'a\nb' })).toEqual(['/smtpPassword must not contain control characters'])
  })

  test('names what belongs together', () => {
    expect(problems(ghost, { smtpHost: 'smtp.example.com' })).toEqual(['/mailFrom is required with smtpHost'])
    expect(problems(ghost, { mailFrom: 'a@example.com' })).toEqual(['/smtpHost is required with mailFrom'])
  })

  test('is not fooled by names that every object has', () => {
    expect(problems(n8n, JSON.parse('{"__proto__": {"timeZone": "UTC"}, "constructor": 1}'))).toEqual([
      '/__proto__ is not an input',
      '/constructor is not an input',
    ])
  })

  test('never gets its refused secret back', () => {
    const secret = `hunter2-${'x'.repeat(300)}`
    const refused = validateInputs(ghost, { smtpPassword: secret })
    expect(refused.ok).toBe(false)
    expect(JSON.stringify(refused)).not.toContain('hunter2')
    expect(secretInputKeys(ghost)).toEqual(['smtpPassword'])
  })
})

describe('a change of the configuration', () => {
  const current = accepted(forgejo, { adminUser: 'ayu' })

  test('keeps what it does not name, and does not bring defaults back', () => {
    expect(accepted(forgejo, { closedRegistration: false }, current)).toEqual({ ...current, closedRegistration: false })
    expect(accepted(n8n, {}, { timeZone: 'UTC' })).toEqual({ timeZone: 'UTC' })
  })

  test('may not touch what is read only at the first start, nor clear it', () => {
    expect(problems(forgejo, { adminUser: 'budi' }, current)).toEqual(["/adminUser can't be changed later"])
    expect(problems(forgejo, { adminUser: null }, current)).toEqual(["/adminUser can't be changed later"])
    expect(problems(forgejo, { adminUser: 'ayu' }, current)).toEqual([])
  })

  test('clears an optional value with null', () => {
    const mail = accepted(ghost, { smtpHost: 'smtp.example.com', mailFrom: 'a@example.com' })
    expect(accepted(ghost, { smtpHost: null, mailFrom: null }, mail)).toEqual({ smtpPort: 587 })
  })
})

describe('generated secrets', () => {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

  test('have the length and the letters that the template asks for, and differ each time', () => {
    const umami = findTemplate('umami')!
    const made = generateSecrets(umami, random)
    expect(made.appSecret).toMatch(/^[0-9a-f]{64}$/)
    expect(made.databasePassword).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(Object.values(generateSecrets(umami, random))).not.toContain(made.appSecret!)
  })

  test('that exist stay, and only the missing are made', () => {
    const made = generateSecrets(ghost, random, { databasePassword: 'kept' })
    expect(made.databasePassword).toBe('kept')
    expect(made.databaseRootPassword).toHaveLength(32)
  })

  test('favour no letter', () => {
    const counts = new Map<string, number>()
    const rounds = 400
    for (let round = 0; round < rounds; round++)
      for (const letter of generateSecrets(n8n, random).encryptionKey!)
        counts.set(letter, (counts.get(letter) ?? 0) + 1)
    expect(counts.size).toBe(62)
    // 19,200 letters: about 310 each, standard mismatch 17.5. The remainder of a byte alone would put 8 letters at 375.
    const excess = 'ABCDEFGH'.split('').reduce((sum, letter) => sum + counts.get(letter)!, 0) / 8 - (rounds * 48) / 62
    expect(Math.abs(excess)).toBeLessThan(40)
  })

  test('are not made from a source that gives nothing usable', () => {
    expect(() => generateSecrets(n8n, (length) => new Uint8Array(length).fill(255))).toThrow('random')
  })
})
