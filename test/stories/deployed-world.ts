import type { World } from './world.js';

/** `test/deployment/world.ts` exports `openWorld(): Promise<World>`; only a deployment's run has what it imports. */
export async function deployedWorld(): Promise<World> {
  const { openWorld } = (await import(new URL('../deployment/world.ts', import.meta.url).href)) as {
    openWorld: () => Promise<World>;
  };
  return openWorld();
}
