import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../../infra/local/journal.js';
import { closing, scratchFolder } from './scratch.js';

const reopen = async (path: string): Promise<unknown[]> => {
  const entries: unknown[] = [];
  const journal = await Journal.open(path, (entry) => entries.push(entry));
  await journal.close();
  return entries;
};

describe('a journal', () => {
  it('keeps entries in order across openings', async () => {
    const path = join(scratchFolder(), 'a', 'journal.ndjson');
    const journal = await Journal.open<number>(path, () => undefined);
    await Promise.all(Array.from({ length: 200 }, (_, n) => journal.append([n], { durable: n % 7 === 0 })));
    await journal.close();
    expect(await reopen(path)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('drops a last line that was cut short and goes on after it', async () => {
    const path = join(scratchFolder(), 'journal.ndjson');
    writeFileSync(path, '{"a":1}\n{"a":2');
    const journal = await Journal.open(path, () => undefined);
    await journal.append([{ a: 3 }]);
    await journal.close();
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"a":3}\n');
  });

  it('names the place of a damaged line instead of guessing', async () => {
    const path = join(scratchFolder(), 'journal.ndjson');
    writeFileSync(path, '{"a":1}\nrubbish\n{"a":2}\n');
    await expect(Journal.open(path, () => undefined)).rejects.toThrow(/damaged at byte 8/);
  });

  it('reads an entry back from its place, also after the content was replaced', async () => {
    const path = join(scratchFolder(), 'journal.ndjson');
    const journal = closing(await Journal.open<{ text: string }>(path, () => undefined));
    const [place] = await journal.append([{ text: 'Grüße 你好' }]);
    expect(await journal.read(place!)).toEqual({ text: 'Grüße 你好' });
    const [, second] = await journal.rewrite(() => [{ text: 'one' }, { text: 'two' }]);
    expect(await journal.read(second!)).toEqual({ text: 'two' });
    const [third] = await journal.append([{ text: 'three' }]);
    expect(await journal.read(third!)).toEqual({ text: 'three' });
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
  });

  it('reads files larger than one piece', async () => {
    const path = join(scratchFolder(), 'journal.ndjson');
    for (let n = 0; n < 30; n++) appendFileSync(path, `${JSON.stringify({ n, text: 'x'.repeat(100_000) })}\n`);
    expect((await reopen(path)).map((entry) => (entry as { n: number }).n)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });
});
