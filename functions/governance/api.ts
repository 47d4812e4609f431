import { awsDependencies } from '../platform/dependencies.js';
import { serve } from '../platform/http.js';
import { directory } from '../support/directory.js';
import { governance } from './area.js';

export const handler = serve(governance, directory, awsDependencies());
