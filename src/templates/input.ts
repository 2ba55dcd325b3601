import Type, { type Static } from 'typebox'
import { Key, Localised } from './words'

const common = {
  key: Key,
  label: Localised,
  required: Type.Optional(Type.Boolean()),
  /** False where the app reads it only at its first start. */
  changeable: Type.Boolean(),
  /** Left to the operator, who may say of a service that its customers set it. */
  byOperator: Type.Optional(Type.Boolean()),
  /** Inputs that must be set when this one is. */
  together: Type.Optional(Type.Array(Key, { maxItems: 10 })),
}

const length = {
  minLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  maxLength: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** For RE2: without look-around and back-references. */
  pattern: Type.Optional(Type.String({ maxLength: 200 })),
  /** What the app keeps for itself; with a `*` at its end, all that begins so. */
  except: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 30 })),
}

const closed = { additionalProperties: false }

/** One setting the customer may choose; a secret one is stored encrypted and never shown again. */
export const Input = Type.Union([
  Type.Object(
    { ...common, ...length, type: Type.Literal('string'), default: Type.Optional(Type.String({ maxLength: 1000 })) },
    closed,
  ),
  Type.Object({ ...common, ...length, type: Type.Literal('secret') }, closed),
  Type.Object({ ...common, type: Type.Literal('email') }, closed),
  Type.Object(
    {
      ...common,
      type: Type.Literal('integer'),
      min: Type.Integer(),
      max: Type.Integer(),
      default: Type.Optional(Type.Integer()),
    },
    closed,
  ),
  Type.Object({ ...common, type: Type.Literal('boolean'), default: Type.Optional(Type.Boolean()) }, closed),
  Type.Object(
    {
      ...common,
      type: Type.Literal('enum'),
      options: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 50 }),
      default: Type.Optional(Type.String({ maxLength: 100 })),
    },
    closed,
  ),
  /** A container image, with a tag or a digest; pulled from where it says. */
  Type.Object(
    { ...common, type: Type.Literal('image'), default: Type.Optional(Type.String({ maxLength: 512 })) },
    closed,
  ),
  /** A command with its arguments, each a text of its own: no shell reads it. */
  Type.Object({ ...common, type: Type.Literal('command') }, closed),
  /** An absolute folder inside of a container. */
  Type.Object(
    { ...common, type: Type.Literal('path'), default: Type.Optional(Type.String({ maxLength: 200 })) },
    closed,
  ),
  /** Environment variables: names and their values. */
  Type.Object({ ...common, type: Type.Literal('variables') }, closed),
  Type.Object({ ...common, type: Type.Literal('secret-variables') }, closed),
  /** `server`, `username` and `password` of the registry that images are pulled from. */
  Type.Object({ ...common, type: Type.Literal('registry') }, closed),
])

export type TemplateInput = Static<typeof Input>
