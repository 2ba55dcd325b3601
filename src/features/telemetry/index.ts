export { telemetryRoutes } from './routes'
