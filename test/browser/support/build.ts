import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds the pages once, before any test looks at them; those of a running system are its own. */
export default function setup(): void {
  if (process.env['STEWARD_URL'] !== undefined) return;
  const root = join(import.meta.dirname, '../../..');
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'functions/portal/build.ts')], { cwd: root, stdio: 'inherit' });
}
