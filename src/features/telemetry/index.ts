export { readMetrics } from './metrics'
