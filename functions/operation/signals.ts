import { awsDependencies } from '../platform/dependencies.js';
import { operationSignals } from './listening.js';

export const handler = operationSignals(awsDependencies());
