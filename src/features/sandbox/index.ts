export { sandboxRoutes } from './routes'
