import { awsDependencies } from '../platform/dependencies.js';
import { supportEvents } from './hearing.js';

export const handler = supportEvents(awsDependencies());
