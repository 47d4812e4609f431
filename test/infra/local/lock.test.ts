import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../infra/local/lock.js';
import { closing, scratchFolder } from './scratch.js';

const program = (folder: string) => [
  '--import',
  'tsx',
  '-e',
  `import('./infra/local/lock.ts').then(({ lockFolder }) => {
    lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000); })`,
];

describe('the lock of a data folder', () => {
  it('lets one process in and tells the next one who is there', async () => {
    const folder = scratchFolder();
    const other = spawn(process.execPath, program(folder), { stdio: ['ignore', 'pipe', 'inherit'] });
    closing({ close: () => other.kill('SIGKILL') });
    await once(other.stdout, 'data');
    expect(() => lockFolder(folder)).toThrow(`in use by process ${other.pid}`);

    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(() => lockFolder(folder).release()).not.toThrow();
  });

  it('can be taken again after its release', () => {
    const folder = scratchFolder();
    lockFolder(folder).release();
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(/in use/);
    lock.release();
  });

  it('takes over a lock whose process id now belongs to somebody else, or that was cut short', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'lock.json'), JSON.stringify({ pid: process.ppid, began: 'long ago' }));
    lockFolder(folder).release();
    writeFileSync(join(folder, 'lock.json'), '{"pi');
    lockFolder(folder).release();
    expect(spawnSync('ls', [folder]).stdout.toString()).toBe('');
  });
});
