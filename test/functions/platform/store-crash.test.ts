import { describe, expect, it } from 'vitest';
import { TABLE } from '../../../functions/kernel/table.js';
import { Dynoxide } from '../../../infra/local/dynoxide.js';
import { ensureTable } from '../../../infra/local/table.js';
import { closing, eventually, scratchFolder } from '../../infra/local/scratch.js';
import { as, clientAt, mark, notes, provenHistory, storeOn, walk, write } from './a-store.js';

const KILLS = Number(process.env['STORE_KILLS'] ?? 3);
const CLIENTS = 8;

const declaration = {
  name: 'steward',
  indexes: TABLE.indexes.map(({ name, partitionKey, sortKey, projects }) => ({
    name,
    partition: partitionKey,
    sort: sortKey,
    projection: [...projects],
  })),
};

describe('an engine that is killed under load', () => {
  it('loses nothing that was acknowledged, keeps nothing by half, and goes on', async () => {
    const faults: unknown[] = [];
    const engine = closing(await Dynoxide.start({ folder: scratchFolder(), fault: (_, error) => faults.push(error) }));
    const client = clientAt(engine.endpoint, { maxAttempts: 2 });
    await ensureTable(client, declaration);
    const records = as(storeOn(client));
    const acknowledged = new Map<string, string[]>();
    const asked: string[] = [];
    let stop = false;

    const write1 = async (who: number) => {
      for (let n = 0; !stop; n++) {
        const title = `${who}/${n}`;
        asked.push(title);
        try {
          const { record } = await write(records, title, { label: title });
          acknowledged.set(record.id, []);
          await mark(records, record.id, 1, 'first');
          acknowledged.get(record.id)!.push('first');
        } catch {
          // The engine is down: this one was not acknowledged, whether it took effect or not.
          await new Promise((resume) => setTimeout(resume, 20));
        }
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, who) => write1(who));
    for (let kill = 0; kill < KILLS; kill++) {
      const count = acknowledged.size;
      await eventually(() => acknowledged.size >= count + 10, 15_000);
      const pid = engine.pid!;
      process.kill(pid, 'SIGKILL');
      await eventually(() => engine.pid !== undefined && engine.pid !== pid, 15_000);
    }
    const count = acknowledged.size;
    await eventually(() => acknowledged.size > count, 15_000);
    stop = true;
    await Promise.all(clients);

    expect(faults).toHaveLength(KILLS);
    for (const [id, signs] of acknowledged) {
      const events = await provenHistory(records, id);
      expect(events.slice(1).map(({ detail }) => detail['sign'])).toEqual(expect.arrayContaining(signs));
    }
    const all = await walk((page) => records.list(notes, 'all', {}, page));
    const titles = all.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(asked).toEqual(expect.arrayContaining(titles));
    for (const { id, title } of all) {
      expect(await records.holder(notes, 'label', title)).toBe(id);
      await provenHistory(records, id);
    }
    expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
  });
});
