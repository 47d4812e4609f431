import { canonical } from '../kernel/canonical.js';
import type { Objects } from './files.js';
import type { Journal } from './journal.js';
import {
  digestOf,
  faultIn,
  type Head,
  headsOf,
  inOrder,
  keyName,
  ROOT_FORMAT,
  type RootFile,
  signedText,
  treeOver,
} from './root.js';
import type { RootKey } from './root-key.js';

/** Dates (UTC), both included, and what the root has to follow. Before its last day nothing happened in it. */
export interface Stretch {
  readonly from: string;
  readonly day: string;
  readonly previous: string;
}

export interface Sealed {
  readonly statement: RootFile['statement'];
  readonly digest: string;
  readonly signature: string;
  /** Where the root lies with its heads; bytes. */
  readonly file: { readonly key: string; readonly size: number };
}

export interface Sealing {
  readonly journal: Pick<Journal, 'between'>;
  readonly key: RootKey;
  readonly roots: Pick<Objects, 'get' | 'putNew'>;
  readonly clock: () => Date;
  /** Nouns whose chains are left out: the roots themselves, which are chained and signed as they are. */
  readonly except: readonly string[];
}

const DAY = 86_400_000;

export const rootFileKey = (day: string): string => `roots/${day}.json`;

/**
 * Computes, signs and stores the root of a stretch of days; undefined, and nothing is stored, where nothing happened on its last
 * day unless an empty one is wanted. Where the day's root lies there already, as after a crash, that one is taken, provided that it says the
 * same: an object under lock is never written twice.
 */
export function sealer({ journal, key, roots, clock, except }: Sealing) {
  async function headsOn(day: string): Promise<Head[]> {
    const heads = new Map<string, Head>();
    const begin = new Date(`${day}T00:00:00.000Z`);
    for await (const links of journal.between(begin, new Date(begin.getTime() + DAY)))
      headsOf(
        links.filter(({ entity }) => !except.includes(entity)),
        heads,
      );
    return inOrder(heads.values());
  }

  async function stated({ from, day, previous }: Stretch, heads: readonly Head[]): Promise<RootFile> {
    const publicKey = await key.publicKey();
    const statement = {
      format: ROOT_FORMAT,
      from,
      day,
      heads: heads.length,
      tree: treeOver(heads),
      previous,
      sealedAt: clock().toISOString(),
      key: keyName(publicKey),
    };
    return { statement, signature: await key.sign(signedText(statement)), publicKey, heads };
  }

  /** What lies there already speaks for the same heads and follows the same root, under our key. */
  async function standing(at: string, ours: RootFile): Promise<{ root: RootFile; size: number }> {
    const bytes = await roots.get(at);
    const root = JSON.parse(Buffer.from(bytes).toString('utf8')) as RootFile;
    const said = ({ sealedAt: _, ...facts }: RootFile['statement']) => canonical(facts);
    const fault = faultIn(root, [ours.publicKey]);
    if (fault !== undefined) throw new Error(`What lies under ${at} is no root of ours: ${fault}.`);
    if (said(root.statement) !== said(ours.statement))
      throw new Error(`The root under ${at} says something else than the journal.`);
    return { root, size: bytes.length };
  }

  return async (stretch: Stretch, even: 'empty' | undefined): Promise<Sealed | undefined> => {
    const heads = await headsOn(stretch.day);
    if (heads.length === 0 && even === undefined) return undefined;
    const at = rootFileKey(stretch.day);
    const ours = await stated(stretch, heads);
    const bytes = Buffer.from(JSON.stringify(ours));
    const isNew = await roots.putNew(at, bytes, 'application/json');
    const { root, size } = isNew ? { root: ours, size: bytes.length } : await standing(at, ours);
    const { statement, signature } = root;
    return { statement, digest: digestOf(statement), signature, file: { key: at, size } };
  };
}
