export { countClusterCalls, registerFigures } from './figures'
export { operationRoutes } from './routes'
