import { awsDependencies } from '../platform/dependencies.js';
import { mailerFor } from '../platform/mailer.js';
import { operationTasks } from './working.js';

const dependencies = awsDependencies();
export const handler = operationTasks(dependencies, mailerFor(dependencies.env));
