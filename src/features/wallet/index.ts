export { sendMonthlyStatements } from './monthly-statements'
export { statementRoutes } from './statement-routes'
