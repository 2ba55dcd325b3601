import type { Match, ZxcvbnFactory } from '@zxcvbn-ts/core'

/** Powers of ten: whoever tries a million a second is done with less within a quarter of an hour. */
const leastGuessesLog10 = 9
/** What a judgement costs grows with the length, so of a longer password its two ends are judged as one. */
const judgedLength = 20
const maxLookAlikes = 2
const lookAlikes: Record<string, string[]> = Object.fromEntries(
  ['a4@', 'b8', 'e3', 'g9', 'i1!', 'l1', 'o0', 's$5', 't7'].map(([letter, ...signs]) => [letter, signs]),
)
/** On everybody's mind here, and on none of the lists: clubs, cities, names, shops, and what we are. */
const localWords = `
  persija persib persebaya arema pancasila katasandi semarang yogyakarta jogja makassar palembang denpasar bogor depok
  bekasi tangerang borobudur agus eko hendra joko nurhayati rahma rizki melati bca bri gojek gopay shopee tokopedia
  bitcoin ubuntu passphrase superuser minispod kubernetes hosting`
  .trim()
  .split(/\s+/)

export type Weakness = 'pattern' | 'own words' | 'common'

/** Why a password would soon be guessed; `own` are words that whoever knows the person would try first. */
export async function findWeakness(password: string, own: string[]): Promise<Weakness | undefined> {
  judge ??= createJudge()
  const half = judgedLength / 2
  const judged = password.length <= judgedLength ? password : password.slice(0, half) + password.slice(-half)
  const { guessesLog10, sequence } = (await judge).check(judged, own)
  return guessesLog10 >= leastGuessesLog10 ? undefined : weaknessOf(sequence)
}

function weaknessOf(parts: Match[]): Weakness {
  const words = parts.filter(({ pattern }) => pattern === 'dictionary')
  if (words.length === 0) return 'pattern'
  return words.every(({ dictionaryName }) => dictionaryName === 'userInputs') ? 'own words' : 'common'
}

let judge: Promise<ZxcvbnFactory> | undefined

/** Loaded by the first password that is chosen: the lists take 37 MB and a sixth of a second. */
async function createJudge(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, indonesian] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-id'),
  ])
  return new ZxcvbnFactory({
    dictionary: {
      passwords: common.dictionary['passwords-common'],
      words: indonesian.dictionary['commonWords-id'],
      names: indonesian.dictionary['names-id'],
      local: localWords,
    },
    graphs: { qwerty: common.adjacencyGraphs.qwerty, keypad: common.adjacencyGraphs.keypad },
    maxLength: judgedLength,
    l33tTable: lookAlikes,
    l33tMaxSubstitutions: maxLookAlikes,
  })
}
