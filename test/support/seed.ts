/** Of all that tests leave to chance: the same in every `npm test`, another in every `.ci/run`, which says it. Again: `TEST_SEED=… npm test`. */
export const seed = Number(process.env.TEST_SEED ?? 20_260_131)
