import Type from 'typebox'

/** A DNS label: it ends up in the names of Kubernetes objects. */
export const Name = Type.String({ pattern: '^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$' })

/** The name of an input or a generated secret; also a key of the instance's Secret. */
export const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })

/** What a customer reads, in English and Indonesian. */
export const Localised = Type.Object(
  { en: Type.String({ minLength: 1, maxLength: 600 }), id: Type.String({ minLength: 1, maxLength: 600 }) },
  { additionalProperties: false },
)
