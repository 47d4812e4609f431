import { awsDependencies } from '../platform/dependencies.js';
import { serve } from '../platform/http.js';
import { directory } from '../support/directory.js';
import { support } from './area.js';

export const handler = serve(support, directory, awsDependencies());
