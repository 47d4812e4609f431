import { functionEnv } from '../platform/env.js';
import { jsonLog } from '../platform/log.js';
import { starter } from '../platform/starting.js';

const env = functionEnv();
export const handler = starter({ incident: 'incident-escalation' }, env, jsonLog(env.LOG_LEVEL));
