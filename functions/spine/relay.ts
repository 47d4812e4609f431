import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { functionEnv } from '../platform/env.js';
import { journalOver } from '../platform/journal.js';
import { jsonLog } from '../platform/log.js';
import { relay } from '../platform/relay.js';

const env = functionEnv();
const journal = journalOver(DynamoDBDocumentClient.from(new DynamoDBClient({})), env.TABLE_NAME);
export const handler = relay(env, jsonLog(env.LOG_LEVEL), undefined, { journal, clock: () => new Date() });
