import { inject } from 'vitest';
import { deployedWorld } from './deployed-world.js';
import { OneMachine } from './one-machine.js';
import type { Organisation } from './organisation.js';
import type { World } from './world.js';

/** What the set-up of the suite hands to its files. */
export interface Stage {
  /** Of one machine; a deployment is found by its environment variables. */
  readonly machine?: { readonly url: string; readonly smtpPort?: number | undefined; readonly deskAddress?: string | undefined };
  readonly organisation: Organisation;
}

declare module 'vitest' {
  export interface ProvidedContext {
    stage: Stage;
  }
}

/** The world that all stories share: the deployment at `STEWARD_URL`, else one machine. */
export async function theWorld(): Promise<{ world: World; organisation: Organisation }> {
  const { machine, organisation } = inject('stage');
  if (machine) return { world: new OneMachine(machine.url, machine.smtpPort, machine.deskAddress), organisation };
  return { world: await deployedWorld(), organisation };
}
