import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { awsDependencies } from '../platform/dependencies.js';
import { kmsOf } from '../platform/root-key.js';
import { governanceTasks } from './working.js';

const dependencies = awsDependencies();
export const handler = governanceTasks(dependencies, { key: kmsOf(dependencies), bus: new EventBridgeClient({}) });
