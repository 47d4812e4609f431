import { awsDependencies } from '../platform/dependencies.js';
import { serve } from '../platform/http.js';
import { directory } from '../support/directory.js';
import { strategy } from './area.js';

export const handler = serve(strategy, directory, awsDependencies());
