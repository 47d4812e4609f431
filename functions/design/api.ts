import { awsDependencies } from '../platform/dependencies.js';
import { serve } from '../platform/http.js';
import { directory } from '../support/directory.js';
import { design } from './area.js';

export const handler = serve(design, directory, awsDependencies());
