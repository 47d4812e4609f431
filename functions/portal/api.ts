import { join } from 'node:path';
import { portal } from './portal.js';

export { portal } from './portal.js';

/** The pages lie in `dist` beside this module, bundled or not, unless the deployment says where. */
const folder = process.env['PORTAL_FOLDER'] ?? join(import.meta.dirname ?? process.env['LAMBDA_TASK_ROOT'] ?? '.', 'dist');

export const handler = portal({ folder });
