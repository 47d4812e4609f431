import { awsDependencies } from '../platform/dependencies.js';
import { findingEvents } from './hearing.js';

export const handler = findingEvents(awsDependencies());
