import fc from 'fast-check'
import { seed } from './seed'

fc.configureGlobal({ seed })

/** fast-check, by the seed of the run. */
export { fc }
