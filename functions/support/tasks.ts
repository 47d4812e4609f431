import { awsDependencies } from '../platform/dependencies.js';
import { supportTasks } from './working.js';

export const handler = supportTasks(awsDependencies());
