import type { Words } from '../../lib/locale'
import type { MailData, Stored, TemplateName } from './mail-data'

/** What a mail says, before it becomes text and HTML. Every string is plain text; only the layout knows HTML. */
export interface MailContent {
  subject: string
  paragraphs: string[]
  facts?: { label: string; value: string }[]
  link?: { label: string; url: string }
  closing?: string
}

/** How a language writes money and time, the name of whoever writes and where we are reached. */
export interface MailWords extends Words {
  business: string
  publicUrl: string
  /** Where a customer pays, restores and cancels: the shop, or here where there is none. */
  accountUrl: string
}

export interface MailTemplate<T extends TemplateName> {
  id(data: Stored<MailData[T]>, words: MailWords): MailContent
  en(data: Stored<MailData[T]>, words: MailWords): MailContent
  /** For the preview and the tests. */
  example: MailData[T]
}
