export { finishClosingJob, forgetClosingNoticeJob } from './remainder'
export { closeRoutes } from './routes'
