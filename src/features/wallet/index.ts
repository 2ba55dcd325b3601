export { statementRoutes } from './statement-routes'
