import type { Command, Step } from './commands'
import { type Cast, type House, planTable } from './house'
import { findBroken, observe } from './observe'
import { perform } from './perform'
import { type Known, pass, placeOf, predict } from './predict'
import { type ModelState, visible } from './state'

/** Lives a history twice, with the product and with the model, and throws at the first step after which they differ. */
export async function live(house: House, steps: Step[]): Promise<void> {
  const cast = await house.begin()
  let model = newModel(house, cast)
  try {
    for (const [index, step] of steps.entries()) {
      const where = `step ${index + 1} of ${steps.length}: ${JSON.stringify(step)}`
      model =
        'passes' in step
          ? await passTime(house, cast, model, step.passes, where)
          : await together(house, cast, model, step.together, where)
      const broken = await findBroken(house, cast)
      if (broken.length > 0) throw new Error(`${where}\n${broken.join('\n')}`)
    }
  } finally {
    await house.end(cast)
  }
}

const newModel = (house: House, { customers }: Cast): ModelState => ({
  now: house.clock.now().getTime(),
  customers: customers.map(() => ({ balance: 0n, owed: 0n })),
  plans: planTable.map((plan) => ({ ...plan, used: 0 })),
  topUps: [],
  subscriptions: [],
})

async function passTime(house: House, cast: Cast, model: ModelState, ms: number, where: string): Promise<ModelState> {
  await house.pass(ms)
  await house.shop.gateway.expireDue()
  const expected = structuredClone(model)
  pass(expected, ms)
  const seen = await observe(house, cast)
  if (!Bun.deepEquals(seen, visible(expected))) throw differs(where, seen, [['passed', expected]])
  return expected
}

/** Whatever order they really came in: there must be one that explains every answer and all that is seen afterwards. */
async function together(
  house: House,
  cast: Cast,
  model: ModelState,
  all: Command[],
  where: string,
): Promise<ModelState> {
  const before = { topUps: await house.topUpsOf(cast), subscriptions: await house.subscriptionsOf(cast) }
  const known: Known = { topUps: before.topUps.length, subscriptions: before.subscriptions.length }
  const commands = all.filter((command, place) => !isDoubled(command, all.slice(0, place), known.topUps))
  const answers = await Promise.all(commands.map((command) => perform(house, cast, before, command)))
  const seen = await observe(house, cast)
  const explanations: [string, ModelState][] = []
  for (const order of ordersOf(commands.map((_, place) => place))) {
    const expected = structuredClone(model)
    const predicted: string[] = []
    for (const place of order) predicted[place] = predict(expected, commands[place]!, known)
    if (Bun.deepEquals(predicted, answers) && Bun.deepEquals(seen, visible(expected))) return expected
    explanations.push([predicted.join(' '), expected])
  }
  throw differs(`${where}\nanswered: ${answers.join(' ')}`, seen, explanations)
}

/** Two who withdraw one order at once are both told that it is withdrawn, which no order of the two explains. It is also true. */
const isDoubled = (command: Command, earlier: Command[], known: number): boolean =>
  command.do === 'withdraw' &&
  earlier.some(
    ({ do: did, ...other }) =>
      did === 'withdraw' && 'topUp' in other && placeOf(other.topUp, known) === placeOf(command.topUp, known),
  )

function ordersOf(places: number[]): number[][] {
  if (places.length <= 1) return [places]
  return places.flatMap((first) => ordersOf(places.filter((place) => place !== first)).map((rest) => [first, ...rest]))
}

function differs(where: string, seen: unknown, expected: [string, ModelState][]): Error {
  const lines = expected.map(([answers, state]) => `expected: ${answers}\n  ${show(visible(state))}`)
  return new Error(`${where}\nseen:\n  ${show(seen)}\n${lines.join('\n')}`)
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part))
