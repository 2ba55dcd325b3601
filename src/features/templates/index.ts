export { templateRoutes } from './routes'
