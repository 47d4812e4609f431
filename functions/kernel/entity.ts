import type * as z from 'zod';
import type { Lifecycle } from './lifecycle.js';
import type { RecordBase } from './record.js';

/** A key such as `INCIDENT#customer#{customerId}`; braces name fields of the record, derived keys, or `{shard}`. */
type Template = string;

export const INDEXES = ['gsi1', 'gsi2', 'gsi3', 'gsi4', 'gsi5', 'gsi6', 'gsi7'] as const;
export type Index = (typeof INDEXES)[number];

/** One question that the product asks of its records; its filters are the fields named in `partition`. */
export interface Question {
  readonly index: Index;
  readonly partition: Template;
  readonly sort: Template;
  /** What the caller writes after `sort=`; the first question with the asked filters answers when it is left out. */
  readonly order: string;
  readonly newestFirst?: boolean;
  /** A field of the partition that has many values in one record: the record is found under each, by an item of its own beside it. */
  readonly each?: { readonly field: string; readonly of: (record: any) => readonly string[] };
}

/** How the records that are somebody's are found: by a question whose one filter is their id, or an address of theirs. */
export interface Mention {
  /** The noun of that somebody. */
  readonly who: string;
  readonly question: string;
  readonly filter: string;
  readonly by: 'id' | 'address';
  /** All comments and files of the record are theirs, not only those that they wrote. */
  readonly wholly?: true;
  /** Whether a record that lies under such an address is known to be somebody else's: addresses change hands. */
  readonly another?: (record: any, id: string) => boolean;
}

export interface StoredObject {
  readonly bucket: 'attachments' | 'mail';
  readonly key: string;
}

export interface Entity<T extends RecordBase = RecordBase> {
  /** Kebab-case noun: folder, permission, event and key prefix. */
  readonly name: string;
  readonly plural: string;
  /** Before the number people say: `INC-1042`. */
  readonly prefix: string;
  /** The clause of ISO/IEC 20000-1:2018 that it is evidence for. */
  readonly clause: string;
  readonly schema: z.ZodType<T>;
  /** Raised when stored records need upgrading; `upgrades[n]` turns what version n wrote into n + 1. */
  readonly schemaVersion: number;
  readonly upgrades?: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>>;
  readonly lifecycle: Lifecycle;
  /** Fields shown in lists, and therefore copied into every index: keep them few and short. */
  readonly list: readonly (keyof T & string)[];
  /** Fields about people: they enter the history's hash as salted commitments, so that they can be erased. */
  readonly personal: readonly (keyof T & string)[];
  /** It is about somebody who may ask to be erased, and whose mail comes from the address in this field. */
  readonly subject?: { readonly address: keyof T & string };
  /** Records that hold what others wrote or sent: whose they are, so that they are erased with them. */
  readonly about?: readonly Mention[];
  /** What stands in required personal fields once they are erased; the others go. */
  readonly blank?: (record: T) => Partial<T>;
  /** Whether nobody works with it any more: until then it is not erased. Absent: always. */
  readonly settled?: (record: Pick<T, 'status'>) => boolean;
  /** Objects in storage that belong to the record itself and go with its personal fields. */
  readonly objects?: (record: T) => readonly StoredObject[];
  /** Fields that no answer of the API shows as part of the record. */
  readonly hidden?: readonly (keyof T & string)[];
  /** Questions and, by them, index keys. `all` is added to every entity: newest number first, and the look-up by number. */
  readonly access: Readonly<Record<string, Question>>;
  /** Key fields that are computed from the record rather than stored in it. */
  readonly derived?: Readonly<Record<string, (record: T) => string | undefined>>;
  /** What a filter may be, where that is a closed set; those of `status` are the lifecycle's. */
  readonly choices?: Readonly<Record<string, readonly [string, ...string[]]>>;
  /** Values that no two records may share, each guarded inside the transaction. */
  readonly unique?: Readonly<Record<string, (record: T) => string | readonly string[] | undefined>>;
  /** Keep every version under its own key, for records that others pin (calendars, agreements, policies). */
  readonly versioned?: boolean;
  /** Values under which others find the record's id by `pointingTo`: members of a team, the parent of an incident. */
  readonly points?: Readonly<Record<string, (record: T) => readonly string[]>>;
  /** Whose records they are: people who serve some customers only see no others. Absent: the noun is nobody's in particular. */
  readonly customer?: {
    /** The key field that names the customer: a list that asks for it stays within one. */
    readonly field: string;
    readonly of: (record: T) => string | undefined;
    /** What stands there for records that concern every customer. */
    readonly shared?: string;
  };
  /** The teams whose members alone may see a restricted record, with the auditors; undefined while it is open. */
  readonly circle?: (record: T) => readonly string[] | undefined;
  /** The circle may name people beside teams. */
  readonly circleOfPeople?: true;
  /** The customer whose records are listed once more apart from all others, for those who serve only that one. */
  readonly apart?: (record: T) => string | undefined;
  /** What the customer's side may see: whose rows, by which question, and which fields. Absent: nothing. */
  readonly requesters?: {
    readonly question: string;
    readonly field: keyof T & string;
    readonly shows: readonly (keyof T & string)[];
    /** Those who watch a record see it too; `question` answers by the field `watcherId`. */
    readonly watched?: { readonly question: string; readonly of: (record: T) => readonly string[] };
    /** What a contact with the grant `customer-wide` sees: all of its customer's, by the field `customerId`. */
    readonly wide?: { readonly question: string };
    /** Events of the history that say nothing internal. */
    readonly events: readonly string[];
  };
}
export type AnyEntity = Entity<any>;

/** `INCIDENT`: the owner's prefix of every key that belongs to the noun. */
export const keyPrefix = (entity: Pick<AnyEntity, 'name'>): string => entity.name.toUpperCase();

/** The partition of one record. */
export const partitionOf = (entity: AnyEntity, id: string): string => `${keyPrefix(entity)}#${id}`;

/** Declares an entity, adds the question `all`, and refuses key fields that nobody provides. */
export function defineEntity<T extends RecordBase>(
  entity: Omit<Entity<T>, 'schemaVersion'> & { readonly schemaVersion?: number },
  fields: z.ZodObject,
): Entity<T> {
  const prefix = entity.name.toUpperCase();
  const all: Question = {
    index: 'gsi1',
    partition: `${prefix}#all#{shard}`,
    sort: '{numberKey}',
    order: 'number',
    newestFirst: true,
  };
  const access = { all, ...entity.access };
  const known = new Set([...Object.keys(fields.shape), ...Object.keys(entity.derived ?? {}), 'shard', 'numberKey']);
  for (const [name, question] of Object.entries(access)) {
    if (!question.partition.startsWith(`${prefix}#`))
      throw new Error(`${entity.name}.${name}: its partition starts with ${prefix}#`);
    for (const field of [...fieldsOf(question.partition), ...fieldsOf(question.sort)]) {
      if (!known.has(field) && question.each?.field !== field)
        throw new Error(`${entity.name}.${name}: key field {${field}} is neither in its schema nor derived`);
    }
  }
  return { schemaVersion: 1, ...entity, access };
}

/** Lists a noun by creation, newest first: with it, the list is also answered as of an instant. */
export const byCreation = (name: string, index: Index): Question => ({
  index,
  partition: `${name.toUpperCase()}#created#{shard}`,
  sort: '{createdAt}#{id}',
  order: CREATED,
  newestFirst: true,
});

const CREATED = 'created';

/** Whether the whole list is kept by creation, which is the order that an instant cuts. */
export const isListedByCreation = ({ access }: AnyEntity): boolean =>
  Object.values(access).some((question) => question.order === CREATED && !question.each && filtersOf(question).length === 0);

export const fieldsOf = (template: Template): string[] => [...template.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!);

/** The query parameters that a question answers. */
export const filtersOf = (question: Question): string[] => fieldsOf(question.partition).filter((field) => field !== 'shard');

/** Fills a template; undefined when a field is absent, which leaves the index sparse. */
export function fill(template: Template, values: Readonly<Record<string, unknown>>): string | undefined {
  return fieldsOf(template).every((field) => values[field] !== undefined)
    ? template.replace(/\{(\w+)\}/g, (_, field: string) => String(values[field]))
    : undefined;
}

/** `INC-1042` → `0000001042`, so that numbers sort as numbers. */
export const numberKey = (number: string): string => number.slice(number.lastIndexOf('-') + 1).padStart(10, '0');

/** Every value that a key template of this entity may need, beside `shard`, which only the store knows. */
export function keyValues<T extends RecordBase>(entity: Entity<T>, record: T): Record<string, unknown> {
  const derived = Object.entries(entity.derived ?? {}).map(([name, of]) => [name, of(record)]);
  return { ...record, ...Object.fromEntries(derived), numberKey: numberKey(record.number) };
}

/** Where ids of records stand under a value that they point to: an inverted index. */
export const pointingTo = (entity: AnyEntity, name: string, value: string): string => `${keyPrefix(entity)}#${name}#${value}`;

/** The partition keys of an entity, as an IAM pattern for `dynamodb:LeadingKeys`. */
export const leadingKeys = (entity: Pick<AnyEntity, 'name'>): string[] => [`${keyPrefix(entity)}#*`];
