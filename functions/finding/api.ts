import { awsDependencies } from '../platform/dependencies.js';
import { serve } from '../platform/http.js';
import { directory } from '../support/directory.js';
import { finding } from './area.js';

export const handler = serve(finding, directory, awsDependencies());
