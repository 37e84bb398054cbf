/**
 * What AWS asks for in us-east-1, in dollars, without free tiers and discounts. Taken from the public price pages
 * on the date below; `npm run ops -- cost` says it, too.
 */
export const prices = {
  takenAt: "2026-11-27",
  region: "us-east-1",
  dynamoDb: {
    writeUnit: 0.625e-6,
    readUnit: 0.125e-6,
    gigabyteMonth: 0.25,
    /** Of capacity that is provisioned: for each unit a second that is held for an hour, used or not. */
    writeUnitHour: 0.00065,
    readUnitHour: 0.00013,
  },
  s3: { put: 5e-6, get: 0.4e-6, gigabyteMonth: 0.023 },
  lambda: { request: 0.2e-6, gigabyteSecond: 0.0000133334 },
  httpApi: { request: 1e-6 },
  eventBridge: { event: 1e-6 },
  logs: { gigabyte: 0.5 },
  xRay: { trace: 5e-6 },
  cloudWatch: { alarmMonth: 0.1, metricMonth: 0.3, dashboardMonth: 3 },
} as const;

/**
 * What a laptop cannot measure, and a bill depends on: how long the real stores take to answer, in ms, and what the gateway
 * writes into its access log for a request. A submission waits for its requests one after the other.
 */
export const assumed = {
  dynamoDbMs: 8,
  s3Ms: 25,
  accessLogBytes: 400,
  hoursOfMonth: 730,
  /**
   * A table is in parts, by what it holds and by what it may take; each has its own stream, whose records come in calls of their
   * own. One that is on demand begins with several.
   */
  partitionBytes: 10 * 1024 ** 3,
  partitionsOnDemand: 4,
  /** Autoscaling keeps two alarms for what is used of a capacity, and two for what is held. */
  alarmsOfAutoscaling: 4,
} as const;
