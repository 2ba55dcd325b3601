import { unauthorized } from '../errors'
import type { Store } from '../store'

export interface Identity {
  name: string
  groups: string[]
  uid?: string
  extra?: Record<string, string[]>
}

const audience = 'https://kubernetes.default.svc.cluster.local'
const admin: Identity = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }
const anonymous: Identity = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

interface Claims {
  sub: string
  exp: number
  'kubernetes.io': { namespace: string; serviceaccount: { name: string; uid: string } }
}

/** Knows the admin's token and makes and reads those of service accounts: signed, expiring, void once the account is gone. */
export class Tokens {
  readonly admin: string
  #key = crypto.getRandomValues(new Uint8Array(32))

  constructor(
    private readonly store: Store,
    adminToken = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url'),
  ) {
    this.admin = adminToken
  }

  issue(namespace: string, name: string, uid: string, seconds: number, nowMs: number): string {
    const now = Math.floor(nowMs / 1_000)
    const claims = {
      aud: [audience],
      exp: now + seconds,
      iat: now,
      iss: audience,
      jti: crypto.randomUUID(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    }
    const payload = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
    return `${payload}.${this.#sign(payload)}`
  }

  /** Who sends the request. No token at all is anonymous; a wrong one is refused. */
  identify(authorization: string | null, nowMs: number): Identity {
    if (authorization === null) return anonymous
    const token = authorization.startsWith('Bearer ') ? authorization.slice(7).trim() : ''
    if (sameText(token, this.admin)) return admin
    const claims = this.#read(token)
    if (!claims || claims.exp * 1_000 <= nowMs) throw unauthorized()
    const { namespace, serviceaccount } = claims['kubernetes.io']
    const account = this.store.find('serviceaccounts', namespace, serviceaccount.name)
    if (account?.metadata.uid !== serviceaccount.uid) throw unauthorized()
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
    return { name: claims.sub, groups, uid: serviceaccount.uid }
  }

  #read(token: string): Claims | undefined {
    const [header, body, signature] = token.split('.')
    if (!header || !body || !signature || !sameText(signature, this.#sign(`${header}.${body}`))) return undefined
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims
  }

  #sign(payload: string): string {
    return new Bun.CryptoHasher('sha256', this.#key).update(payload).digest('base64url')
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return difference === 0
}
