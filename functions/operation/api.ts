import { awsDependencies } from '../platform/dependencies.js';
import { serve } from '../platform/http.js';
import { directory } from '../support/directory.js';
import { operation } from './area.js';

export const handler = serve(operation, directory, awsDependencies());
