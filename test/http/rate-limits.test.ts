import { afterAll, describe, expect, test } from 'bun:test'
import { Attempts } from '../../src/http/rate-limit-attempts'
import { TokenBuckets } from '../../src/http/token-buckets'
import { AppError } from '../../src/lib/errors'
import { startSystem, until } from '../support/system'
import { operationsOf, registeredRoutes } from './openapi-document'

/** A clock that a test moves. */
function handClock() {
  let ms = 5
  return {
    now: () => ms,
    advance: (by: number) => {
      ms += by
    },
  }
}

describe('a token bucket', () => {
  const quota = { name: 'read', tokens: 4, windowSeconds: 8 }

  test('gives its tokens at once and one more after its share of the window', () => {
    const clock = handClock()
    const buckets = new TokenBuckets(quota, clock.now)
    expect([3, 2, 1, 0].map(() => buckets.take('a').remaining)).toEqual([3, 2, 1, 0])
    expect(buckets.take('a')).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 2, fullInSeconds: 8 })
    clock.advance(1_999)
    expect(buckets.take('a').allowed).toBe(false)
    clock.advance(1)
    expect(buckets.take('a').allowed).toBe(true)
    expect(buckets.take('a').allowed).toBe(false)
    clock.advance(60_000)
    expect(buckets.take('a')).toMatchObject({ allowed: true, remaining: 3, fullInSeconds: 2 })
  })

  test('is of one key alone, and what is refused costs nothing', () => {
    const clock = handClock()
    const buckets = new TokenBuckets(quota, clock.now)
    for (let taken = 0; taken < 20; taken++) buckets.take('a')
    expect(buckets.take('b').remaining).toBe(3)
    clock.advance(2_000)
    expect(buckets.take('a').allowed).toBe(true)
  })

  test('a token given back can be taken again, and looking takes none', () => {
    const buckets = new TokenBuckets(quota, handClock().now)
    for (let taken = 0; taken < 4; taken++) buckets.take('a')
    expect(buckets.look('a').allowed).toBe(false)
    buckets.giveBack('a')
    expect(buckets.look('a')).toMatchObject({ allowed: true, remaining: 1 })
    expect(buckets.take('a').allowed).toBe(true)
    expect(buckets.take('a').allowed).toBe(false)
  })

  test('the number of keys is bounded: the one unused longest, and so the fullest, goes', () => {
    const clock = handClock()
    const buckets = new TokenBuckets(quota, clock.now, 100)
    for (let taken = 0; taken < 4; taken++) buckets.take('drained')
    for (let key = 0; key < 10_000; key++) {
      buckets.take(`flood ${key}`)
      if (key % 50 === 0) buckets.take('kept')
    }
    expect(buckets.size).toBe(100)
    expect(buckets.look('kept').remaining).toBe(0)
    expect(buckets.look('drained').remaining).toBe(4)
  })

  test('gives every token at whatever fraction of a millisecond it is asked', () => {
    const clock = handClock()
    for (const [tokens, windowSeconds] of [
      [1, 4.5],
      [3, 7],
      [7, 60],
    ] as const) {
      const buckets = new TokenBuckets({ name: 'odd', tokens, windowSeconds }, clock.now)
      for (let time = 0; time < 2_000; time++) {
        clock.advance(Math.sqrt(time) * 1_000.1)
        const verdicts = Array.from({ length: tokens + 1 }, () => buckets.take(`caller ${time}`))
        expect(verdicts.map(({ allowed }) => allowed)).toEqual([...Array(tokens).fill(true), false])
        expect(verdicts[0]?.remaining).toBe(tokens - 1)
      }
    }
  })

  test('says that somebody is out for as long as somebody is', () => {
    const clock = handClock()
    const buckets = new TokenBuckets(quota, clock.now)
    for (let taken = 0; taken < 4; taken++) buckets.take('a')
    expect(buckets.someEmpty).toBe(false)
    buckets.take('a')
    expect(buckets.someEmpty).toBe(true)
    clock.advance(2_000)
    expect(buckets.someEmpty).toBe(false)
  })
})

describe('guesses at an account', () => {
  const wrong = async () => {
    throw new AppError('UNAUTHORIZED', 'E-mail or password is wrong')
  }
  const outcome = (act: Promise<unknown>) =>
    act.then(
      () => 'in',
      (error: AppError) => error.code,
    )

  test('are refused after ten from one address; from elsewhere the account answers as ever', async () => {
    const clock = handClock()
    const attempts = new Attempts({ factor: 1, now: clock.now })
    const guesses = await Promise.all(
      Array.from({ length: 30 }, () => outcome(attempts.guard('siti@example.com', '192.0.2.1', 'UNAUTHORIZED', wrong))),
    )
    expect(guesses.filter((code) => code === 'UNAUTHORIZED')).toHaveLength(10)
    expect(guesses.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20)
    const right = async () => 'in'
    expect(await outcome(attempts.guard('siti@example.com', '192.0.2.1', 'UNAUTHORIZED', right))).toBe('RATE_LIMITED')
    expect(await outcome(attempts.guard('siti@example.com', '192.0.2.2', 'UNAUTHORIZED', right))).toBe('in')
    expect(await outcome(attempts.guard('budi@example.com', '192.0.2.1', 'UNAUTHORIZED', right))).toBe('in')
    clock.advance(30_000)
    expect(await outcome(attempts.guard('siti@example.com', '192.0.2.1', 'UNAUTHORIZED', right))).toBe('in')
  })

  test('a network of version 6 is one guesser, whatever address in it is used', async () => {
    const attempts = new Attempts({ factor: 1, now: handClock().now })
    const from = (address: string) => outcome(attempts.guard('siti@example.com', address, 'UNAUTHORIZED', wrong))
    for (let host = 1; host <= 10; host++) await from(`2001:db8:1:2::${host}`)
    expect(await from('2001:db8:1:2:ffff::1')).toBe('RATE_LIMITED')
    expect(await from('2001:db8:1:3::1')).toBe('UNAUTHORIZED')
  })

  test('signing in rightly, or being refused for another reason, costs nothing', async () => {
    const attempts = new Attempts({ factor: 1, now: handClock().now })
    const suspended = async () => {
      throw new AppError('FORBIDDEN', 'This account is suspended')
    }
    for (let time = 0; time < 30; time++) {
      expect(await outcome(attempts.guard('a', '192.0.2.1', 'UNAUTHORIZED', async () => 1))).toBe('in')
      expect(await outcome(attempts.guard('a', '192.0.2.1', 'UNAUTHORIZED', suspended))).toBe('FORBIDDEN')
    }
  })
})

/** Its time stands still: no token comes back while a test counts. */
const limited = startSystem({ environment: { RATE_LIMITS: '1', TRUSTED_PROXIES: '127.0.0.0/8' }, ticks: () => 5 })
const roomy = startSystem({ environment: { RATE_LIMITS: 'off' }, passwordCost: 'product' })
afterAll(async () => {
  await (await limited).close()
  await (await roomy).close()
})

let hosts = 0
/** As from an address of its own. */
const elsewhere = () => ({ 'x-forwarded-for': `198.51.${Math.floor(++hosts / 250)}.${hosts % 250}` })
const figureOf = (header: string | null) => /^"([a-z-]+)";r=(\d+);t=(\d+)$/.exec(header ?? '')?.slice(1)

describe('over HTTP', () => {
  test('an answer says what its limit is and what is left of it', async () => {
    const { anybody } = await limited
    const from = elsewhere()
    const first = await anybody.get('/templates', from)
    expect(first.headers.get('ratelimit-policy')).toBe('"read";q=1200;w=60')
    expect(figureOf(first.headers.get('ratelimit'))?.slice(0, 2)).toEqual(['read', '1199'])
    expect(figureOf((await anybody.get('/templates', from)).headers.get('ratelimit'))?.[1]).toBe('1198')
    const signIn = await anybody.post('/auth/refresh', { refreshToken: 'x' }, from)
    expect(signIn.headers.get('ratelimit-policy')).toBe('"sign-in";q=120;w=60')
  })

  test('sign-ins of one address are 429 with Retry-After when they are used up, whatever their bodies hold', async () => {
    const { anybody } = await limited
    const from = elsewhere()
    const bodies = [{ refreshToken: 'x' }, '{', { refreshToken: 7 }, undefined]
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, index) =>
        anybody.post(index % 2 ? '/auth/refresh' : '/auth/refresh/', bodies[index % 4], {
          ...from,
          ...(index % 3 ? {} : { authorization: 'Bearer nonsense' }),
        }),
      ),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(10)
    for (const { headers, body } of refused) {
      expect(body.error).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 1 } })
      expect(headers.get('retry-after')).toBe('1')
      expect(figureOf(headers.get('ratelimit'))?.slice(0, 2)).toEqual(['sign-in', '0'])
    }
    expect((await anybody.post('/auth/refresh', bodies[0], elsewhere())).status).toBe(401)
    expect((await anybody.get('/templates', from)).status).toBe(200)
  })

  test('an account has its own limit, wherever it calls from, and takes nothing of another’s or of the address', async () => {
    const { anybody, customer } = await limited
    const [siti, budi] = [await customer(), await customer()]
    const rename = () => siti.patch('/auth/me', { name: 'Siti' })
    const first = await rename()
    expect(first.headers.get('ratelimit-policy')).toBe('"sign-in";q=30;w=60')
    const answers = await Promise.all(Array.from({ length: 34 }, rename))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5)
    expect((await budi.patch('/auth/me', { name: 'Budi' })).status).toBe(200)
    const read = await siti.get('/wallet', elsewhere())
    expect(read.headers.get('ratelimit-policy')).toBe('"read";q=1200;w=60')
    expect(figureOf((await siti.get('/wallet', elsewhere())).headers.get('ratelimit'))?.[1]).toBe('1198')
    const write = await siti.post('/subscriptions', { planId: 'none' })
    expect(write.headers.get('ratelimit-policy')).toBe('"write";q=300;w=60')
    expect((await anybody.get('/templates')).headers.get('ratelimit')).toContain('r=11')
  })

  test('false tokens cost the address, and its signed-in callers are served all the same', async () => {
    const { anybody, customer } = await limited
    const siti = await customer()
    const from = elsewhere()
    const forge = () => anybody.get('/wallet', { ...from, authorization: 'Bearer a.b.c' })
    const statuses = (await Promise.all(Array.from({ length: 1_300 }, forge))).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(1_200)
    expect(statuses.filter((status) => status === 429)).toHaveLength(100)
    expect((await siti.get('/wallet', from)).status).toBe(200)
  })

  test('kept catalog pages are not counted; misses are, and who has used up what there is gets neither', async () => {
    const { anybody } = await limited
    const from = elsewhere()
    const page = await anybody.get('/catalog/services/n8n', from)
    expect([page.status, page.headers.get('ratelimit')]).toEqual([200, null])
    const statuses: number[] = []
    for (let batch = 0; batch < 60 && !statuses.includes(429); batch++) {
      const misses = Array.from({ length: 25 }, () => anybody.get('/catalog/services/no-such-service', from))
      statuses.push(...(await Promise.all(misses)).map(({ status }) => status))
    }
    expect(statuses.slice(0, 1_200)).toEqual(Array(1_200).fill(404))
    expect(statuses[1_200]).toBe(429)
    expect((await anybody.get('/catalog/services/n8n', elsewhere())).status).toBe(200)
  })

  test('one metrics call in five seconds for each subscription takes no token', async () => {
    const { customer, plan } = await limited
    const buyer = await customer({ balance: 100_000 })
    const { id } = (await buyer.post('/subscriptions', { planId: (await plan({ price: 1_000 })).id })).body.data
    const left = async () => figureOf((await buyer.get('/wallet')).headers.get('ratelimit'))?.[1]
    const before = Number(await left())
    const polled = await buyer.get(`/subscriptions/${id}/metrics`)
    expect([polled.status, polled.headers.get('ratelimit')]).toEqual([200, null])
    expect(Number(await left())).toBe(before - 1)
    const again = await buyer.get(`/subscriptions/${id}/metrics`)
    expect(figureOf(again.headers.get('ratelimit'))?.[0]).toBe('read')
    for (let call = 0; call < 50; call++) {
      await Promise.all(Array.from({ length: 30 }, () => buyer.get('/wallet')))
      if ((await buyer.get('/wallet')).status === 429) break
    }
    const other = await buyer.get('/subscriptions/sub_another/metrics')
    expect(other.status).toBe(404)
    expect((await buyer.get(`/subscriptions/${id}/metrics`)).status).toBe(429)
  })

  test('probes are never refused; figures cost a read', async () => {
    const { url } = await limited
    for (const path of ['/livez', '/readyz']) {
      const { status, headers } = await fetch(url + path)
      expect([path, status, headers.get('ratelimit')]).toEqual([path, 200, null])
    }
    expect(figureOf((await fetch(`${url}/metrics`)).headers.get('ratelimit'))?.[0]).toBe('read')
  })

  test('switched off, nothing is counted', async () => {
    const { anybody } = await roomy
    expect((await anybody.get('/templates')).headers.get('ratelimit')).toBeNull()
    const answers = await Promise.all(
      Array.from({ length: 140 }, () => anybody.post('/auth/refresh', { refreshToken: 'x' })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  })
})

test('every write that anyone may call has a path without ids, so that it is counted before its body is read', () => {
  const writes = registeredRoutes().filter(
    ({ method, hooks }) => method !== 'GET' && hooks.detail?.['x-access'] === 'public',
  )
  expect(writes.length).toBeGreaterThan(4)
  expect(writes.filter(({ path }) => /[:*]/.test(path))).toEqual([])
})

test('every text and list that a body may hold has a longest length', async () => {
  const unbounded: string[] = []
  const look = (place: string, schema: Record<string, unknown>): void => {
    if (
      schema.type === 'string' &&
      !('maxLength' in schema || 'enum' in schema || 'const' in schema || 'format' in schema)
    )
      unbounded.push(place)
    if (schema.type === 'array' && !('maxItems' in schema)) unbounded.push(place)
    for (const [key, inner] of Object.entries(schema)) {
      if (typeof inner === 'object' && inner !== null) look(`${place}/${key}`, inner as Record<string, unknown>)
    }
  }
  for (const { hooks, method, path } of registeredRoutes()) {
    for (const part of ['body', 'query', 'params'] as const) {
      const schema = (hooks as Record<string, unknown>)[part]
      if (typeof schema === 'object' && schema) look(`${method} ${path} ${part}`, schema as Record<string, unknown>)
    }
  }
  expect(unbounded).toEqual([])
  expect((await operationsOf()).length).toBeGreaterThan(40)
})

test('a flood of sign-ins leaves the catalog fast, and no more than two passwords are hashed at a time', async () => {
  const { anybody, parts } = await roomy
  const flood = Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      anybody.post('/auth/login', { email: `nobody-${index}@example.com`, password: 'wrong password here' }),
    ),
  )
  await until(
    'the sign-ins',
    () => parts.passwords.work,
    ({ waiting }) => waiting > 30,
  )
  let mostAtOnce = 0
  for (let asked = 0; asked < 20; asked++) {
    expect((await anybody.get('/catalog/services/n8n')).status).toBe(200)
    mostAtOnce = Math.max(mostAtOnce, parts.passwords.work.running)
  }
  // Those who came before the catalog's callers are waiting still.
  expect(parts.passwords.work.waiting).toBeGreaterThan(0)
  expect(mostAtOnce).toBe(2)
  expect((await flood).map(({ status }) => status)).toEqual(Array(40).fill(401))
  expect(parts.passwords.work).toEqual({ running: 0, waiting: 0 })
})
