import { join } from 'node:path';
import { areas } from './areas.js';
import { bundle } from './bundling.js';
import { allEntries, folderOf } from './entries.js';

/** Bundles every function into a folder of its own below the one that is named as argument. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder to bundle into.');
await Promise.all(allEntries(areas).map((entry) => bundle(entry, join(folder, folderOf(entry)))));
