/** The kind of the job that sends one mail. */
export const deliverMail = 'mail.deliver'

export interface DeliverMail {
  mailId: string
}
