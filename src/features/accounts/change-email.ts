import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import type { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import { enqueueMail } from '../mails'
import { issueLink } from './account-tokens'
import { confirmPassword } from './confirm-password'
import { findUserByEmail, getOpenUser, normaliseEmail } from './users'
import { tooManyMails } from './verification'

type Needs = Pick<Parts, 'db' | 'clock' | 'passwords' | 'queue' | 'tokens'>

/**
 * Sends a link to the new address; the account keeps its old one until the link is used. Where the new one is somebody's,
 * the answer is the same and no mail is sent. @throws AppError FORBIDDEN on a wrong password, VALIDATION_ERROR, RATE_LIMITED
 */
export async function requestEmailChange(
  parts: Needs,
  actor: Actor,
  input: { password: string; newEmail: string },
): Promise<void> {
  await confirmPassword(parts, actor, input.password, 'email.change')
  const email = normaliseEmail(input.newEmail)
  await parts.db.write(async (tx) => {
    const now = parts.clock.now()
    const user = await getOpenUser(tx, actor.userId)
    if (user.email === email) throw sameAddress()
    const id = newId('link', now.getTime())
    if (!(await issueLink(parts, tx, { id, userId: user.id, purpose: 'CHANGE_EMAIL', email }))) throw tooManyMails()
    if (await findUserByEmail(tx, email)) return
    await enqueueMail(parts, tx, {
      key: `verify-email:${id}`,
      userId: user.id,
      to: email,
      template: 'verify-email',
      data: { linkId: id },
    })
  })
}

const sameAddress = (): AppError =>
  invalid('body', [{ path: '/newEmail', message: 'Expected an address other than the current one' }])
