import type { MailSender } from './mail-sender'

/** Stands where no provider is configured: every mail is kept in the outbox. */
export const createKeptSender = (): MailSender => ({
  delivers: false,
  send: async () => ({}),
})
