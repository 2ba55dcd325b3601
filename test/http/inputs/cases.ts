import type { Call } from '../who-may-call/row'
import { without, withText, withValue } from './change'
import type { Field, Inputs, Place, Shape } from './fields'
import { fits, readText } from './judge'
import { brokenEscapes, edgeJson, edgeTexts, nastyJson, nastyTexts, strangeNames } from './nasty'

/** One thing that is changed in a call that would be taken. */
export interface Case {
  /** What was changed to what, for whoever reads of a failure. */
  change: string
  place: Place
  /** Where a refusal has to say that the mistake is; undefined where nobody can say what the server was asked. */
  at?: string
  allowed: boolean
  spoil(call: Call): Call
}

/** Everything that is tried at one operation; `body` is one that it takes. */
export function casesOf({ fields, body: described }: Inputs, body: object): Case[] {
  const shape = described?.shape ?? {}
  const cases = fields.flatMap((field) =>
    field.place === 'body' ? bodyCases(shape, body, field) : [...textCases(field), ...escapeCases(field)],
  )
  return described ? [...cases, ...nameCases(shape, body)] : cases
}

function bodyCases(shape: Shape, body: object, { steps, required, shape: own }: Field): Case[] {
  const at = `/${steps.join('/')}`
  const set = [...nastyJson, ...edgeJson(own)].map((text) =>
    bodyCase(shape, body, at, `= ${shortly(text)}`, (valid) => withValue(valid, steps, text)),
  )
  if (!required || steps.length !== 1) return set
  return [...set, bodyCase(shape, body, at, 'is left out', (valid) => without(valid, steps[0]!))]
}

const nameCases = (shape: Shape, body: object): Case[] =>
  strangeNames.map((name) => bodyCase(shape, body, `/${name}`, 'is added', (valid) => withValue(valid, [name], '1')))

const bodyCase = (shape: Shape, body: object, at: string, change: string, write: (body: object) => string): Case => ({
  ...{ place: 'body', at, change: `${at} ${change}` },
  allowed: fits(shape, JSON.parse(write(body))),
  spoil: (call) => ({ ...call, body: undefined, text: write({ ...body, ...call.body }) }),
})

function textCases(field: Field): Case[] {
  const { place, shape, steps } = field
  return [...nastyTexts, ...edgeTexts(shape)]
    .filter((text) => canBeSent(place, text))
    .map((text) => ({
      ...{ place, at: `/${steps[0]}`, change: `${place} ${steps[0]} = ${shortly(text)}` },
      allowed: fits(shape, readText(shape, text)),
      spoil: (call) => withText(call, field, text),
    }))
}

/** Of a longer line Bun says 431 by itself. */
const maxLine = 14_000

/** A path that is empty or dots is another one; a header is of visible signs, and spaces between them. */
function canBeSent(place: Place, text: string): boolean {
  if (encodeURIComponent(text).length > maxLine) return false
  if (place === 'path') return !/^\.*$/.test(text)
  return place !== 'header' || /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}

function escapeCases({ place, steps: [name] }: Field): Case[] {
  if (place !== 'query') return []
  return brokenEscapes.map((text) => ({
    ...{ place, allowed: false, change: `query ${name} = ${text}, as it stands` },
    spoil: (call) => ({ ...call, rawQuery: `${name}=${text}` }),
  }))
}

const mostShown = 60
const shortly = (text: string): string =>
  text.length <= mostShown ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, mostShown))}… (${text.length})`
