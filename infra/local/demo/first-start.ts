import type { Home } from '../home.js';
import { type Loading, loadDemo } from './demo.js';
import { clearFolder, demoState, holdsRecords, keepDemoState } from './state.js';

/** Clears what a loading left that was cut short, by `kill -9` say, and says so. To be called before the folder is opened. */
export async function clearHalfLoaded(folder: string, say: Loading['say']): Promise<void> {
  if ((await demoState(folder)) !== 'loading') return;
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  await clearFolder(folder, endpoint === undefined ? undefined : { endpoint, table: 'steward' });
  say('The last start was cut short while the demo organisation was being loaded; it is begun again.');
}

/**
 * Loads the demo organisation on the first start of a data folder, unless it is not wanted or there are records already.
 * True when the folder has one.
 */
export async function firstStart(home: Home, folder: string, wanted: boolean, loading: Loading): Promise<boolean> {
  const state = await demoState(folder);
  if (state !== undefined) return state === 'loaded';
  if (!wanted || (await holdsRecords(home))) {
    await keepDemoState(folder, 'none');
    return false;
  }
  await keepDemoState(folder, 'loading');
  await loadDemo(home, loading);
  await keepDemoState(folder, 'loaded');
  return true;
}
