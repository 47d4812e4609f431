import { awsDependencies } from '../platform/dependencies.js';
import { findingTasks } from './working.js';

export const handler = findingTasks(awsDependencies());
