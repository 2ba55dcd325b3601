export { createKeptSender } from './kept-sender'
export { type Mail, MailError, type MailSender } from './mail-sender'
export { createResendSender } from './resend-sender'
