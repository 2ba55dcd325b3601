export { countClusterCalls, registerFigures } from './figures'
export { forgetOldRows, retention } from './retention'
export { operationRoutes } from './routes'
