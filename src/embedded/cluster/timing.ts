/** How long the simulated parts take, in milliseconds. The defaults feel like a small K3s; tests shrink them. */
export interface ClusterTiming {
  /** From scheduling until the container is being created. */
  createMs: number
  /** From there until it runs; longer by up to `startSpreadMs`, by the pod's uid. */
  startMs: number
  startSpreadMs: number
  /** Until a failed pull is reported, and from there until it backs off. */
  pullMs: number
  /** Until something that was missing (a Secret, a volume's source) is looked for again. */
  retryMs: number
  /** From running until ready. */
  readyMs: number
  /** How long a crashing container lives each time. */
  crashMs: number
  /** First pause before a crashed container starts again; doubles up to `maxBackOffMs`. */
  backOffMs: number
  maxBackOffMs: number
  /** How long a deleted pod takes to stop. */
  terminateMs: number
  /** How long a volume takes to be provisioned, or to grow. */
  volumeMs: number
  /** From a container's start until the metrics API knows it. */
  metricsDelayMs: number
  /** Between two log lines of a running container. */
  logLineMs: number
}

export const defaultTiming: ClusterTiming = {
  createMs: 200,
  startMs: 1_000,
  startSpreadMs: 500,
  pullMs: 500,
  retryMs: 2_000,
  readyMs: 200,
  crashMs: 1_000,
  backOffMs: 5_000,
  maxBackOffMs: 300_000,
  terminateMs: 300,
  volumeMs: 250,
  metricsDelayMs: 2_500,
  logLineMs: 1_000,
}

/** For tests: every step takes a few milliseconds. */
export const fastTiming: ClusterTiming = {
  createMs: 2,
  startMs: 5,
  startSpreadMs: 5,
  pullMs: 5,
  retryMs: 20,
  readyMs: 2,
  crashMs: 10,
  backOffMs: 20,
  maxBackOffMs: 1_000,
  terminateMs: 3,
  volumeMs: 5,
  metricsDelayMs: 20,
  logLineMs: 50,
}
