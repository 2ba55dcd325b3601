export { createKeptSender } from './kept-sender'
export { type Mail, MailError, type MailSender } from './mail-sender'
export { createResendSender, type ResendOptions } from './resend-sender'
