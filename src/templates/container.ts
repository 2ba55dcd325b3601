import Type, { type Static } from 'typebox'
import { Key, Name } from './words'

const closed = { additionalProperties: false }
const AbsolutePath = Type.String({ pattern: '^(/[A-Za-z0-9._-]+)+$', maxLength: 200 })
const EnvName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,99}$' })
const Share = Type.Integer({ minimum: 1, maximum: 100 })
const Argument = Type.String({ maxLength: 4000 })

/** What the customer, or the operator for them, has put into that input. */
export const Given = Type.Object({ input: Key }, closed)

/** Dropped unless that input has a value. */
const when = Type.Optional(Key)

const EnvVariable = Type.Union([
  /** May name variables above it as `$(NAME)`; Kubernetes puts them in. */
  Type.Object({ name: EnvName, value: Type.String({ maxLength: 2000 }), when }, closed),
  Type.Object({ name: EnvName, input: Key, when }, closed),
  Type.Object({ name: EnvName, secret: Key, when }, closed),
  /** One variable for each name of an input of the type `variables` or `secret-variables`. */
  Type.Object({ variables: Key, when }, closed),
  Type.Object(
    {
      name: EnvName,
      fact: Type.Union([
        Type.Literal('publicUrl'),
        Type.Literal('publicHost'),
        /** The host, with the port where it isn't the scheme's own. */
        Type.Literal('publicAuthority'),
        Type.Literal('scheme'),
        Type.Literal('https'),
        Type.Literal('internalHost'),
      ]),
      suffix: Type.Optional(Type.String({ maxLength: 50 })),
      when,
    },
    closed,
  ),
  /** A part of the container's own memory limit, in MiB. */
  Type.Object(
    { name: EnvName, memoryPercent: Share, suffix: Type.Optional(Type.String({ maxLength: 10 })), when },
    closed,
  ),
])

const Arguments = Type.Union([Type.Array(Argument, { maxItems: 50 }), Given])
const UserId = Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Given])

const timing = {
  periodSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
  timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
  failureThreshold: Type.Optional(Type.Integer({ minimum: 1, maximum: 360 })),
}

const Probe = Type.Union([
  /** `asPublic` sends the app's own host and scheme, for apps that redirect or refuse any other. */
  Type.Object(
    { ...timing, path: Type.String({ pattern: '^/\\S*$' }), port: Name, asPublic: Type.Optional(Type.Boolean()) },
    closed,
  ),
  Type.Object({ ...timing, tcp: Name }, closed),
  Type.Object({ ...timing, exec: Type.Array(Argument, { minItems: 1, maxItems: 20 }) }, closed),
])

export const Container = Type.Object(
  {
    name: Name,
    /** Fully qualified, with a tag: `docker.io/library/ghost:6`. */
    image: Type.Union([
      Type.String({ pattern: '^[a-z0-9.-]+(:\\d+)?(/[a-z0-9._-]+)+:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$' }),
      Given,
    ]),
    command: Type.Optional(Arguments),
    args: Type.Optional(Arguments),
    ports: Type.Array(
      Type.Object({ name: Name, port: Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), Given]) }, closed),
      { maxItems: 10 },
    ),
    env: Type.Array(EnvVariable, { maxItems: 80 }),
    /** Small files, mounted read-only. */
    files: Type.Optional(
      Type.Array(Type.Object({ path: AbsolutePath, content: Type.String({ maxLength: 20_000 }) }, closed), {
        maxItems: 10,
      }),
    ),
    /** One whose path is an input without a value is left out. */
    mounts: Type.Array(
      Type.Object(
        {
          volume: Name,
          path: Type.Union([AbsolutePath, Given]),
          subPath: Name,
          readOnly: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      { maxItems: 10 },
    ),
    /** Paths that may be written although the root filesystem is read-only; emptied with the pod. */
    scratch: Type.Optional(Type.Array(AbsolutePath, { maxItems: 10 })),
    probes: Type.Object({ startup: Type.Optional(Probe), readiness: Probe, liveness: Type.Optional(Probe) }, closed),
    /** Runs beside the app's start; the next container waits for its end, so it must end by itself. */
    afterStart: Type.Optional(Type.Array(Argument, { minItems: 1, maxItems: 20 })),
    /** Percent of the plan. */
    share: Type.Object({ cpu: Share, memory: Share }, closed),
    needs: Type.Object({ cpuMillicores: Type.Integer({ minimum: 5 }), memoryMb: Type.Integer({ minimum: 8 }) }, closed),
    user: UserId,
    group: UserId,
    readOnlyRoot: Type.Boolean(),
    /** What the node's disk may lose to its logs, writable layer and scratch paths. */
    scratchMb: Type.Optional(Type.Integer({ minimum: 16, maximum: 10_240 })),
  },
  closed,
)

/** Disk that lives as long as the instance. */
export const Volume = Type.Object({ name: Name, share: Share }, closed)

export type TemplateContainer = Static<typeof Container>
export type Given = Static<typeof Given>
export type EnvVariable = Static<typeof EnvVariable>
export type Probe = Static<typeof Probe>
