import type { AttachmentFacts } from '../kernel/attachment-routes.js';
import type { Comment } from '../kernel/comment-routes.js';
import type { Companion } from '../kernel/decision.js';
import { type AnyEntity, type Mention, partitionOf, type StoredObject } from '../kernel/entity.js';
import { askedBy, askedIn, blanked, type Erasable, finish, goOn, isBlank } from '../kernel/erasure.js';
import { everyRealm } from '../kernel/realm.js';
import type { RecordBase } from '../kernel/record.js';
import type { Records } from '../kernel/records.js';

/**
 * Goes on with what an erasure began: blanks the records that are somebody's, takes what is personal out of their histories and
 * at last out of the own one. Each step looks at what stands and can be repeated: history first, then objects, then, in one
 * transaction, comments, files and the record, so that a blank record is one with which everything is done.
 */
export interface ErasingWorld {
  readonly records: Records;
  readonly now: Date;
  scrub(entity: AnyEntity, id: string, last: number): Promise<number>;
  remove(object: StoredObject): Promise<void>;
  /** False when this run has used its time up. */
  mayGoOn(): boolean;
}

export interface ErasingProgress {
  /** Numbers of those of whom nothing is left. */
  readonly finished: readonly string[];
  /** Those with whom a later run goes on. */
  readonly left: readonly string[];
}

/** Comments and files that one transaction blanks beside the record. */
const TOGETHER = 80;

/** `subjects`: the nouns that can be erased; `nouns`: those whose records may be theirs. */
export async function continueErasures(
  subjects: readonly AnyEntity[],
  nouns: readonly AnyEntity[],
  world: ErasingWorld,
): Promise<ErasingProgress> {
  const [finished, left]: [string[], string[]] = [[], []];
  for (const entity of subjects) {
    const { items } = await world.records.list(entity, 'byErasure', { erasing: 'yes' }, { limit: 100 });
    for (const { id, number } of items) {
      const isDone = world.mayGoOn() && (await continueErasure(entity, id, nouns, world));
      (isDone ? finished : left).push(number);
    }
  }
  return { finished, left };
}

/** True when nothing is left to do. */
async function continueErasure(
  entity: AnyEntity,
  id: string,
  nouns: readonly AnyEntity[],
  world: ErasingWorld,
): Promise<boolean> {
  const { records, now } = world;
  const { record } = await records.read<Erasable>(entity, id);
  if (record.erasure?.state === 'erasing') {
    const found = await eraseElsewhere(entity, record, nouns, world);
    if (found.unfinished) return false;
    const isNews = found.waiting !== record.erasure.waiting || Object.keys(found.erased).length > 0 || found.waiting === 0;
    if (isNews)
      await records.decide(entity, id, undefined, (current) => goOn(entity, current as never, found, now.toISOString()));
    if (found.waiting > 0) return false;
  }
  await eraseOwn(entity, id, world);
  return true;
}

interface Elsewhere {
  readonly erased: Record<string, number>;
  waiting: number;
  unfinished: boolean;
}

async function eraseElsewhere(
  entity: AnyEntity,
  { id, formerly = [] }: Erasable,
  nouns: readonly AnyEntity[],
  world: ErasingWorld,
): Promise<Elsewhere> {
  const found: Elsewhere = { erased: {}, waiting: 0, unfinished: false };
  for (const noun of nouns)
    for (const [mention, value] of askedBy(noun, entity, id, formerly)) {
      for await (const item of theirs(noun, [mention, value], world)) {
        if (!world.mayGoOn()) return { ...found, unfinished: true };
        const became = await eraseRecord(noun, item, mention, { entity: entity.name, id }, world);
        if (became === 'waits') found.waiting += 1;
        if (became === 'erased') found.erased[noun.name] = (found.erased[noun.name] ?? 0) + 1;
      }
    }
  return found;
}

/** Ids of the records that are somebody's. Read whole before any is blanked: what is blank is in no list by address any more. */
async function* theirs(noun: AnyEntity, of: [Mention, string], { records }: ErasingWorld) {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const asked = askedIn(everyRealm(noun), of);
    const page = await records.listAll(noun, asked, { limit: 100, ...(after !== undefined && { cursor: after }) });
    ids.push(...page.items.filter((item) => !looksBlank(noun, item)).map((item) => item.id));
    after = page.nextCursor ?? undefined;
  } while (after !== undefined);
  yield* ids;
}

/** By what lists show: only an item whose shown personal fields are blank may be one that is done with. */
function looksBlank(noun: AnyEntity, item: RecordBase & Record<string, unknown>): boolean {
  const shown = noun.list.filter((name) => noun.personal.includes(name));
  const blank = (noun.blank?.(item) ?? {}) as Record<string, unknown>;
  return shown.length > 0 && shown.every((name) => item[name] === undefined || item[name] === blank[name]);
}

/** Somebody wrote into the record meanwhile: what is to be erased is looked up again. */
class MovedOn extends Error {
  override readonly name = 'MovedOn';
}

const TRIES = 10;

async function eraseRecord(
  noun: AnyEntity,
  id: string,
  mention: Mention,
  whose: { readonly entity: string; readonly id: string },
  world: ErasingWorld,
): Promise<'erased' | 'was' | 'waits'> {
  const { records, scrub, remove } = world;
  for (let attempt = 1; ; attempt++) {
    const { record, sequence } = await records.read(noun, id);
    if (mention.another?.(record, whose.id)) return 'was';
    if (noun.settled?.(record) === false) return 'waits';
    const parts = await partsOf(noun, id, mention.wholly ? undefined : whose.id, records);
    if (isBlank(noun, record) && parts.length === 0) return 'was';
    await scrub(noun, id, sequence);
    for (const object of [...(noun.objects?.(record) ?? []), ...parts.flatMap(({ objects }) => objects)]) await remove(object);
    const isLast = parts.length <= TOGETHER;
    try {
      await records.decide(noun, id, undefined, (current, stored) => {
        if (stored.sequence !== sequence) throw new MovedOn();
        return {
          next: isLast ? blanked(noun, current) : current,
          event: `${noun.name}.erased`,
          detail: { ...whose, ...(parts.length > 0 && { parts: Math.min(parts.length, TOGETHER) }) },
          companions: parts.slice(0, TOGETHER).map(({ companion }) => companion),
          ...(!isLast && { quiet: true }),
        };
      });
      if (isLast) return 'erased';
    } catch (error) {
      if (!(error instanceof MovedOn) || attempt === TRIES) throw error;
    }
  }
}

interface Part {
  readonly companion: Companion;
  readonly objects: readonly StoredObject[];
}

/** Comments and files of one author, or of all, that still say something. */
async function partsOf(entity: AnyEntity, id: string, author: string | undefined, records: Records): Promise<Part[]> {
  const parts: Part[] = [];
  let after: string | undefined;
  do {
    const prefixes = ['COMMENT#public#', 'COMMENT#internal#', 'ATTACHMENT#public#', 'ATTACHMENT#internal#'];
    const page = await records.companions(entity, partitionOf(entity, id), prefixes, {
      limit: 100,
      ...(after !== undefined && { cursor: after }),
    });
    const open = page.items.filter(({ by, erased }) => erased !== true && (author === undefined || by === author));
    parts.push(...open.map((body) => ('key' in body ? fileOf(body as never) : commentOf(body as never))));
    after = page.nextCursor ?? undefined;
  } while (after !== undefined);
  return parts;
}

const commentOf = (comment: Comment): Part => ({
  companion: put(`COMMENT#${comment.visibility}#${comment.id}`, { ...comment, body: '', erased: true }),
  objects: [],
});

const fileOf = (file: AttachmentFacts): Part => ({
  companion: put(`ATTACHMENT#${file.visibility}#${file.id}`, { ...file, fileName: 'erased', erased: true }),
  objects: [{ bucket: 'attachments', key: file.key }],
});

const put = (sk: string, body: object): Companion => ({ operation: 'put', sk, when: 'present', body: { ...body } });

/** What was noted about them on their own record, then the history up to here; the last event says that nothing is left. */
async function eraseOwn(entity: AnyEntity, id: string, { records, scrub, remove, now }: ErasingWorld): Promise<void> {
  for (;;) {
    const parts = (await partsOf(entity, id, undefined, records)).slice(0, TOGETHER);
    if (parts.length === 0) break;
    for (const object of parts.flatMap(({ objects }) => objects)) await remove(object);
    await records.decide(entity, id, undefined, (current) => ({
      next: current,
      event: `${entity.name}.parts-erased`,
      detail: { parts: parts.length },
      companions: parts.map(({ companion }) => companion),
      quiet: true,
    }));
  }
  const { sequence } = await records.read(entity, id);
  await scrub(entity, id, sequence);
  await records.decide(entity, id, undefined, (current) => finish(entity, current as never, now.toISOString()));
}
