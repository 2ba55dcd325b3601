import Type, { type Static } from 'typebox'
import { Container, Given, Volume } from './container'
import { Input } from './input'
import { Key, Localised, Name } from './words'

/** What a licence says about selling the app as a hosted service. `needs-agreement` is confirmed by an admin before it is sold. */
const Licence = Type.Object(
  {
    spdx: Type.String({ minLength: 2, maxLength: 60 }),
    resale: Type.Union([Type.Literal('free'), Type.Literal('needs-agreement')]),
    note: Type.String({ minLength: 1, maxLength: 600 }),
  },
  { additionalProperties: false },
)

/** A value made once per instance, kept in its Secret. */
const GeneratedSecret = Type.Object(
  {
    key: Key,
    length: Type.Integer({ minimum: 16, maximum: 128 }),
    alphabet: Type.Union([Type.Literal('alphanumeric'), Type.Literal('hex')]),
  },
  { additionalProperties: false },
)

/** What the owner is shown to log in with. */
const Credential = Type.Object(
  {
    label: Localised,
    value: Type.Union([
      Type.Object({ text: Type.String({ maxLength: 200 }) }, { additionalProperties: false }),
      Type.Object({ input: Key }, { additionalProperties: false }),
      Type.Object({ secret: Key }, { additionalProperties: false }),
      Type.Object(
        { fact: Type.Union([Type.Literal('internalHost'), Type.Literal('publicUrl')]) },
        { additionalProperties: false },
      ),
    ]),
  },
  { additionalProperties: false },
)

/** How the app is reached: over the ingress, or only from the customer's own namespace. */
const Exposure = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('http'),
      container: Name,
      port: Name,
      adminPath: Type.Optional(Type.String({ pattern: '^/[^?#\\s]*$', maxLength: 100 })),
    },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('internal'), container: Name, port: Name }, { additionalProperties: false }),
])

const PodSecurity = Type.Union([
  Type.Object({ level: Type.Literal('restricted') }, { additionalProperties: false }),
  Type.Object(
    { level: Type.Literal('baseline'), reason: Type.String({ minLength: 10, maxLength: 300 }) },
    { additionalProperties: false },
  ),
])

const Resources = Type.Object(
  {
    cpuMillicores: Type.Integer({ minimum: 10 }),
    memoryMb: Type.Integer({ minimum: 16 }),
    storageGb: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
)

/** How a service becomes one pod and what is around it. Plain JSON data: nothing in it is code. */
export const TemplateSchema = Type.Object(
  {
    name: Name,
    title: Type.String({ minLength: 1, maxLength: 60 }),
    description: Localised,
    /** What to do first once the app runs. */
    firstSteps: Localised,
    categories: Type.Array(Name, { minItems: 1, maxItems: 5 }),
    homepage: Type.String({ pattern: '^https://\\S+$', maxLength: 200 }),
    licence: Licence,
    type: Type.Union([
      Type.Literal('hosting'),
      Type.Literal('kubernetes'),
      Type.Literal('database'),
      Type.Literal('domain'),
      Type.Literal('vps'),
      Type.Literal('cloud'),
    ]),
    containers: Type.Array(Container, { minItems: 1, maxItems: 5 }),
    volumes: Type.Array(Volume, { maxItems: 5 }),
    exposure: Exposure,
    inputs: Type.Array(Input, { maxItems: 40 }),
    /** The input that says how to log in to the images' registry. */
    registry: Type.Optional(Given),
    secrets: Type.Array(GeneratedSecret, { maxItems: 20 }),
    credentials: Type.Array(Credential, { maxItems: 20 }),
    /** The smallest plan that may carry it. */
    minimum: Resources,
    egress: Type.Union([Type.Literal('internet'), Type.Literal('none')]),
    /** An app whose volume has one writer can't overlap with its successor. */
    strategy: Type.Union([Type.Literal('recreate'), Type.Literal('rolling')]),
    stopSeconds: Type.Integer({ minimum: 1, maximum: 300 }),
    podSecurity: PodSecurity,
    /** The group that owns the volumes. */
    fsGroup: Type.Integer({ minimum: 1, maximum: 65_535 }),
  },
  { additionalProperties: false },
)

export type Template = Static<typeof TemplateSchema>
export type TemplateSecret = Static<typeof GeneratedSecret>
export type TemplateCredential = Static<typeof Credential>
export type ServiceType = Template['type']
export type { EnvVariable, Given, Probe, TemplateContainer } from './container'
export type { TemplateInput } from './input'

/** The CPU, memory and storage that a plan sells. */
export interface PlanSize {
  cpuMillicores: number
  memoryMb: number
  storageGb: number
}
