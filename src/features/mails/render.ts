import { type Brand, brandOf } from '../../config'
import { type Locale, wordsOf } from '../../lib/locale'
import type { Parts } from '../../parts'
import { isolate, isolateAll } from './isolate'
import { layOut, type RenderedMail } from './layout'
import type { MailData, Stored, TemplateName } from './mail-data'
import { isTemplateName, templates } from './texts'

export interface RenderContext {
  publicUrl: string
  brand: Brand
  timeZone: string
  unsubscribeUrl?: string
}

export const contextOf = ({ publicUrl, config }: Pick<Parts, 'publicUrl' | 'config'>): RenderContext => ({
  publicUrl,
  timeZone: config.billingTimeZone,
  brand: brandOf(config),
})

/** The same data give the same bytes: a mail that is sent again under its key must not differ. */
export function render<T extends TemplateName>(
  template: T,
  locale: Locale,
  stored: Stored<MailData[T]>,
  { publicUrl, timeZone, brand: itself, unsubscribeUrl }: RenderContext,
): RenderedMail {
  const data = isolateAll(stored)
  const brand = { ...itself, name: isolate(itself.name) }
  const content = templates[template][locale](data, {
    ...wordsOf(locale, timeZone),
    ...{ business: brand.name, publicUrl, accountUrl: brand.storeUrl ?? publicUrl },
  })
  return layOut(content, { locale, name: data.name, publicUrl, brand, unsubscribeUrl })
}

interface StoredMail {
  template: string
  locale: Locale
  data: Record<string, unknown>
}

/** @param link of a mail that has one of its own; without it the mail says that it is hidden. @throws Error if no template of this version can read it */
export function renderStored(
  { template, locale, data }: StoredMail,
  context: RenderContext,
  link?: string,
): RenderedMail {
  if (!isTemplateName(template)) throw new Error(`there is no template ${template}`)
  // Written by enqueueMail() with the type of this very template.
  return render(template, locale, { ...data, link } as unknown as Stored<MailData[typeof template]>, context)
}

/** The id of the link that a mail carries, if it is one of those. */
export const linkIdOf = ({ data }: Pick<StoredMail, 'data'>): string | undefined =>
  typeof data.linkId === 'string' ? data.linkId : undefined
