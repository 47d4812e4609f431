import { functionEnv } from '../platform/env.js';
import { jsonLog } from '../platform/log.js';
import { relay } from '../platform/relay.js';

const env = functionEnv();
export const handler = relay(env, jsonLog(env.LOG_LEVEL));
