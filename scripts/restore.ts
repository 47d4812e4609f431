import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { restore } from '../functions/platform/restoring.js';

/**
 * Restores the table of a deployment to an instant, into a new table beside it, and says how to make that one serve:
 *
 *   npx tsx scripts/restore.ts <table> <instant> [new table]
 */
const [source, instant, target = `${source}-restored-${instant?.slice(0, 10)}`] = process.argv.slice(2);
const at = new Date(instant ?? '');
if (!source || Number.isNaN(at.getTime())) {
  console.error('Name the table and the instant: npx tsx scripts/restore.ts steward-production-… 2026-11-23T09:30:00Z');
  process.exit(2);
}
const restored = await restore({ source, target, at }, { client: new DynamoDBClient({}), pause: setTimeout, say: console.log });
console.log(`Done. Put this into deployment.json, then deploy:\n\n  "restoredTable": ${JSON.stringify(restored)}`);
