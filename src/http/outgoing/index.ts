export {
  createGuardedFetch,
  type GuardedFetch,
  type GuardOptions,
  type OutgoingAnswer,
  type OutgoingRequest,
} from './guarded-fetch'
export { parseTarget } from './target'
