import type { BusyDesk } from './a-busy-desk.js';
import { chanceFrom } from './chance.js';
import type { WireRequest } from './gateway-call.js';
import { filled, idsFor, type Operation } from './operations.js';
import { sample } from './sample.js';

/** A request that is right in everything but, perhaps, who asks: so that a refusal is about the caller and nothing else. */
export async function rightRequestOf(busy: BusyDesk, operation: Operation, id: string): Promise<WireRequest> {
  const chance = chanceFrom(11);
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter((name) => name !== 'id');
  const children = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await childOf(busy, operation, id, name)] as const)),
  );
  const body =
    operation.body &&
    sample(
      operation.body,
      chance,
      idsFor(busy.ids, (from) => from[0]!),
    );
  return {
    method: operation.method,
    path: filled(operation.path, (name) => (name === 'id' ? id : encodeURIComponent(children[name]!))),
    headers: { ...(operation.route.ifMatch && { 'if-match': await versionOf(busy, operation, id) }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

/** Staff who see everything: an administrator who audits. */
const everything = { roles: 'admin auditor', sub: 'user-1' };

const versionOf = async (busy: BusyDesk, operation: Operation, id: string): Promise<string> =>
  (await busy.wire({ method: 'GET', path: `/v1/${operation.path.split('/')[2]}/${id}`, ...everything })).headers['etag'] ?? '"1"';

/** Whatever is asked after: attachments, links and watchers that stand. */
async function childOf(busy: BusyDesk, operation: Operation, id: string, name: string): Promise<string> {
  if (name === 'version') return '1';
  if (name === 'clock') return 'resolution';
  if (name === 'template') return busy.ids['reply-template']![0]!;
  if (name === 'watcher') return busy.ids['person']![0]!;
  const plural = name === 'attachment' ? 'attachments' : 'links';
  const { json } = await busy.wire({
    method: 'GET',
    path: `/v1/${operation.path.split('/')[2]}/${id}/${plural}`,
    ...everything,
  });
  const items: Record<string, string>[] = json.items;
  return items.find(({ visibility }) => visibility !== 'public')?.[name === 'attachment' ? 'id' : 'link'] ?? 'none';
}
