export { finishClosingJob, forgetFarewellJob } from './remainder'
export { closeRoutes } from './routes'
