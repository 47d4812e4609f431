import type { TestProject } from 'vitest/node';
import { deployedWorld } from './deployed-world.js';
import { OwnMachine } from './one-machine.js';
import { setUp } from './organisation.js';
import type {} from './which-world.js';

/** Once for the suite: starts one machine, unless `STEWARD_URL` names a deployment, and sets up the organisation in it. */
export default async function begin(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['STEWARD_URL'] !== undefined) {
    project.provide('stage', { organisation: await setUp(await deployedWorld()) });
    return async () => undefined;
  }
  const machine = await OwnMachine.start();
  const { world } = machine;
  const { url, smtpPort, deskAddress } = world;
  project.provide('stage', { machine: { url, smtpPort, deskAddress }, organisation: await setUp(world) });
  return () => machine.close();
}
