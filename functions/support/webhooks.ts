import { SQSClient } from '@aws-sdk/client-sqs';
import { awsDependencies } from '../platform/dependencies.js';
import { PUBLIC_ONLY, postWithin } from '../platform/outgoing.js';
import { dispatcher } from './dispatching.js';

export const handler = dispatcher(awsDependencies(), new SQSClient({}), postWithin(PUBLIC_ONLY));
