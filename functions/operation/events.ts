import { awsDependencies } from '../platform/dependencies.js';
import { mailerFor } from '../platform/mailer.js';
import { operationEvents } from './hearing.js';

const dependencies = awsDependencies();
export const handler = operationEvents(dependencies, mailerFor(dependencies.env));
