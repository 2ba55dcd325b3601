import { createHmac } from 'node:crypto'

/** What the tests' Resend signs with. */
export const webhookSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
let told = 0

interface Signing {
  id?: string
  at?: Date
  secret?: string
}

/** An event as Resend sends it: its bytes, and the headers by which they are known to be genuine. */
export function signedNotice(
  notice: object,
  { id = `msg_${++told}`, at = new Date(), secret = webhookSecret }: Signing = {},
) {
  const text = JSON.stringify(notice)
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64')
  const headers = { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}` }
  return { text, headers }
}

export const bounce = (emailId: string | undefined, to: string, type = 'Permanent') => ({
  type: 'email.bounced',
  created_at: '2030-01-01T00:00:00.000Z',
  data: {
    ...{ email_id: emailId, to: [to], from: 'halo@warung.example', subject: 'Halo' },
    bounce: { message: `The mailbox of ${to} is not there`, subType: 'General', type },
  },
})

export const event = (type: string, emailId: string | undefined, to: string) => ({
  type,
  data: { email_id: emailId, to: [to] },
})
