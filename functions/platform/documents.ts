import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DeleteItemInput,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemInput,
  PutItemCommand,
  type PutItemInput,
  QueryCommand,
  type QueryInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type TransactWriteItemsInput,
  UpdateItemCommand,
  type UpdateItemInput,
} from '@aws-sdk/client-dynamodb';
import { type Attributes, type Bytes, plainOfAll, wireOfAll } from './attribute-value.js';

/** An item, a key or values as plain members. */
export type Plain = Record<string, unknown>;

/** The members of a request that hold items, keys or values. */
const HOLDERS = ['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey'] as const;
type Holder = (typeof HOLDERS)[number];

type PlainInput<I> = { [M in keyof I]: M extends Holder ? Plain : I[M] };
export type Write = { [K in keyof TransactWriteItem]: PlainInput<NonNullable<TransactWriteItem[K]>> };
export interface Keys {
  readonly Keys: Plain[];
  readonly ConsistentRead?: boolean;
}

/**
 * DynamoDB's operations on plain members rather than attribute values; what they ask and answer is otherwise as there. It does
 * what `lib-dynamodb` does for the forms that records use, at a fraction of its processor time.
 */
export interface Documents {
  get(input: PlainInput<GetItemInput>): Promise<{ Item?: Plain }>;
  batchGet(input: { RequestItems: Record<string, Keys> }): Promise<{
    Responses?: Record<string, Plain[]>;
    UnprocessedKeys?: Record<string, Keys>;
  }>;
  query(input: PlainInput<QueryInput>): Promise<{ Items?: Plain[]; LastEvaluatedKey?: Plain }>;
  put(input: PlainInput<PutItemInput>): Promise<{ Attributes?: Plain }>;
  update(input: PlainInput<UpdateItemInput>): Promise<{ Attributes?: Plain }>;
  delete(input: PlainInput<DeleteItemInput>): Promise<{ Attributes?: Plain }>;
  transactWrite(
    input: Omit<TransactWriteItemsInput, 'TransactItems'> & { readonly TransactItems: readonly Write[] },
  ): Promise<unknown>;
}

export type Operation = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'TransactWriteItems';

/** Carries one operation to the table in the protocol's own form, and its answer back; throws the SDK's errors. */
export type Carrier = (operation: Operation, input: object) => Promise<object>;

/** `bytes`: how the carrier wants them. */
export function documentsOver(carry: Carrier, bytes?: Bytes): Documents {
  const holders = (input: object): object => wireHolders(input, bytes);
  const keys = ({ Keys, ...rest }: Keys): object => ({ ...rest, Keys: Keys.map((key) => wireOfAll(key, bytes)) });
  const plain =
    (operation: Operation) =>
    async (input: object): Promise<object> =>
      plainOutput(await carry(operation, holders(input)));
  return {
    get: plain('GetItem'),
    query: plain('Query'),
    put: plain('PutItem'),
    update: plain('UpdateItem'),
    delete: plain('DeleteItem'),
    batchGet: async ({ RequestItems }) =>
      plainOutput(await carry('BatchGetItem', { RequestItems: eachOf(RequestItems, keys) })) as never,
    transactWrite: ({ TransactItems, ...rest }) =>
      carry('TransactWriteItems', {
        ...rest,
        TransactItems: TransactItems.map((part) => eachOf(part as Record<string, object>, holders)),
      }),
  };
}

/** Over the SDK's client: signed, retried and observed as ever. */
export const documentsOf = (client: DynamoDBClient): Documents =>
  documentsOver((operation, input) => client.send(new COMMANDS[operation](input)) as Promise<object>);

/** What a command is made from is of the protocol's form already. */
type Maker = new (input: any) => GetItemCommand;

const COMMANDS: Readonly<Record<Operation, Maker>> = {
  GetItem: GetItemCommand,
  BatchGetItem: BatchGetItemCommand,
  Query: QueryCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  TransactWriteItems: TransactWriteItemsCommand,
} as Record<Operation, unknown> as Record<Operation, Maker>;

function wireHolders(input: object, bytes: Bytes | undefined): object {
  const wire = { ...input } as Plain;
  for (const name of HOLDERS) if (wire[name] !== undefined) wire[name] = wireOfAll(wire[name] as object, bytes);
  return wire;
}

interface Output {
  Item?: Attributes;
  Attributes?: Attributes;
  Items?: Attributes[];
  LastEvaluatedKey?: Attributes;
  Responses?: Record<string, Attributes[]>;
  UnprocessedKeys?: Record<string, { Keys: Attributes[] }>;
}

function plainOutput(output: Output): object {
  const { Item, Attributes: attributes, Items, LastEvaluatedKey, Responses, UnprocessedKeys, ...rest } = output;
  return {
    ...rest,
    ...(Item && { Item: plainOfAll(Item) }),
    ...(attributes && { Attributes: plainOfAll(attributes) }),
    ...(Items && { Items: Items.map(plainOfAll) }),
    ...(LastEvaluatedKey && { LastEvaluatedKey: plainOfAll(LastEvaluatedKey) }),
    ...(Responses && { Responses: eachOf(Responses, (items) => items.map(plainOfAll)) }),
    ...(UnprocessedKeys && { UnprocessedKeys: eachOf(UnprocessedKeys, ({ Keys }) => ({ Keys: Keys.map(plainOfAll) })) }),
  };
}

const eachOf = <A, B>(members: Readonly<Record<string, A>>, of: (member: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, of(member)]));
