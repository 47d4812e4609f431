/**
 * Public list prices in US dollars, region eu-west-1, as noted in November 2026. Check them against the price pages before
 * relying on them; allowances that are free for good are named where they are used.
 */
export const PRICES = {
  /** For a million write request units, on demand. */
  writeUnits: 0.705,
  /** For a million read request units, on demand. */
  readUnits: 0.141,
  /** For a million requests of a function. */
  invocations: 0.2,
  /** For a GB-second of a function on arm64. */
  gigabyteSeconds: 0.0000133334,
  /** For a million requests of an HTTP API. */
  httpRequests: 1.11,
  /** For a million events put on a bus. */
  busEvents: 1,
  /** For a million requests to a FIFO queue. */
  queueRequests: 0.5,
  /** For a thousand state transitions of a Standard workflow. */
  transitions: 0.025,
  /** For a thousand mails. */
  mails: 0.1,
} as const;

/** GB of a function, as deployed. */
export const MEMORY = 0.5;

/** As the stacks have them; ten are always free. */
export const ALARMS = 23;

/** What is billed in a month in which nothing happens, in US dollars; each part with its reason. */
export const IDLE: readonly (readonly [part: string, why: string, dollars: number])[] = [
  ['Secrets Manager', 'one secret', 0.4],
  ['KMS', 'one key, which signs daily roots', 1],
  ['CloudWatch alarms', `${ALARMS} alarms at 0.10, of which ten are always free`, (ALARMS - 10) * 0.1],
  ['DynamoDB', 'what the sweep reads, and point-in-time recovery of less than a GB', 0.05],
  ['Logs, traces, files', 'some 20 MB of logs of the schedules', 0.05],
  ['SQS', 'Lambda asks two queues about 1,300,000 times, of which a million are always free', 0.15],
  ['Lambda, Scheduler', 'within what is always free', 0],
];
