import { secretInputKeys, type TemplateCredential } from '../../templates'
import type { InstanceSpec, PlatformSpec } from './spec'
import { internalHostOf, publicUrlOf } from './urls'

interface ShownCredential {
  label: TemplateCredential['label']
  value: string
  secret: boolean
}

/** What the owner needs to log in. Carries secrets: for the owner's eyes, never for a log, a mail or a cache. */
export function credentialsOf(spec: InstanceSpec, platform: PlatformSpec): ShownCredential[] {
  return spec.template.credentials.flatMap(({ label, value }) => {
    if ('secret' in value) return { label, value: secretOf(spec, value.secret), secret: true }
    if ('text' in value) return { label, value: value.text, secret: false }
    if ('input' in value) {
      const given = spec.inputs[value.input]
      const secret = secretInputKeys(spec.template).includes(value.input)
      return given === undefined ? [] : { label, value: String(given), secret }
    }
    const host = value.fact === 'internalHost'
    return { label, value: host ? internalHostOf(spec, platform) : publicUrlOf(spec, platform), secret: false }
  })
}

/** A generated secret of the instance; throws where the template has since got one that was never made. */
export function secretOf(spec: Pick<InstanceSpec, 'id' | 'secrets'>, key: string): string {
  const value = spec.secrets[key]
  if (value === undefined) throw new Error(`instance ${spec.id} lacks the generated secret ${key}`)
  return value
}
