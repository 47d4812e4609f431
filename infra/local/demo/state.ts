import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { keyPrefix } from '../../../functions/kernel/entity.js';
import { areas } from '../../areas.js';
import { readIfThere, writeWhole } from '../atomic-file.js';
import type { Home } from '../home.js';
import { lockFolder } from '../lock.js';
import { LOCAL_CREDENTIALS } from '../signature.js';

/**
 * What became of the demo organisation in a data folder. The first start decides: `none` stays none. `loading` in a folder
 * that nobody holds means that the loading was cut short; what it left is of no use and is begun again.
 */
export type DemoState = 'none' | 'loading' | 'loaded';

const NAME = 'demo.json';

export async function demoState(folder: string): Promise<DemoState | undefined> {
  const kept = await readIfThere(join(folder, NAME));
  return kept && (JSON.parse(kept.toString('utf8')) as { state: DemoState }).state;
}

export const keepDemoState = (folder: string, state: DemoState): Promise<void> =>
  writeWhole(join(folder, NAME), `${JSON.stringify({ state })}\n`);

/** Whether anything was ever numbered: a folder with records of its own never gets a demo organisation among them. */
export async function holdsRecords({ dependencies: { documents, env } }: Pick<Home, 'dependencies'>): Promise<boolean> {
  const numbered = await Promise.all(
    areas
      .flatMap(({ entities }) => entities)
      .map((entity) => documents.get({ TableName: env.TABLE_NAME, Key: { pk: `${keyPrefix(entity)}#NUMBER`, sk: '#' } })),
  );
  return numbered.some(({ Item }) => Item !== undefined);
}

/** What every data folder of ours holds from its first start on. */
const OURS = ['secrets.json', NAME];

/**
 * Removes everything in a data folder, and the table of an engine elsewhere when its endpoint is given. Throws a sentence,
 * and removes nothing, while another process holds the folder.
 */
export async function clearFolder(folder: string, elsewhere?: { endpoint: string; table: string }): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw error;
  });
  if (there.length > 0 && !OURS.some((name) => there.includes(name)))
    throw new Error(
      `${folder} holds other things than our data, so nothing was removed. Set STEWARD_DATA to a folder of its own.`,
    );
  const lock = lockFolder(folder);
  try {
    if (elsewhere !== undefined) await dropTable(elsewhere.table, elsewhere.endpoint);
    const names = (await readdir(folder)).filter((name) => name !== 'lock.json' && name !== NAME);
    for (const name of [...names, NAME]) await rm(join(folder, name), { recursive: true, force: true });
  } finally {
    lock.release();
  }
}

async function dropTable(name: string, endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials: LOCAL_CREDENTIALS });
  try {
    await client.send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  } finally {
    client.destroy();
  }
}
