/**
 * The database file that a new data folder begins with: SQLite's format written by hand, holding one empty table of the engine's.
 *
 * The engine keeps stream records in a table without an index and never removes any, so that every write and every look at the
 * stream reads all of them: at 30,000 records a write took 18 ms. It takes a file as it finds it, and SQLite keeps indexes and
 * triggers with the data. So the file is made with an index over the records' order, and with a trigger that lets records go
 * after 24 hours, as DynamoDB does, a few at each write. It knows the schema of version 1.2 of the engine and nothing else.
 */
export function engineFile({ retention = 24 * 3_600 }: { retention?: number } = {}): Buffer {
  const schema: SchemaRow[] = [
    { type: 'table', name: RECORDS, table: RECORDS, root: 2, sql: TABLE },
    { type: 'table', name: 'sqlite_sequence', table: 'sqlite_sequence', root: 3, sql: 'CREATE TABLE sqlite_sequence(name,seq)' },
    { type: 'index', name: 'stream_order', table: RECORDS, root: 4, sql: INDEX },
    { type: 'trigger', name: 'stream_retention', table: RECORDS, root: 0, sql: trigger(retention) },
  ];
  return Buffer.concat([schemaPage(schema), emptyPage(LEAF_TABLE), emptyPage(LEAF_TABLE), emptyPage(LEAF_INDEX)]);
}

const RECORDS = '_stream_records';

const TABLE = `CREATE TABLE ${RECORDS} (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  table_name TEXT NOT NULL,
  event_name TEXT NOT NULL,
  keys_json TEXT NOT NULL,
  new_image TEXT,
  old_image TEXT,
  sequence_number TEXT NOT NULL,
  shard_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  user_identity TEXT
)`;

const INDEX = `CREATE INDEX stream_order ON ${RECORDS} (table_name, CAST(sequence_number AS INTEGER))`;

/** Looks at the oldest twenty only, so a write costs the same however many there are. */
const trigger = (retention: number): string => `CREATE TRIGGER stream_retention AFTER INSERT ON ${RECORDS} BEGIN
  DELETE FROM ${RECORDS} WHERE created_at < NEW.created_at - ${retention}
    AND id IN (SELECT id FROM ${RECORDS} ORDER BY id LIMIT 20);
END`;

interface SchemaRow {
  type: string;
  name: string;
  table: string;
  /** The page at which its tree begins. */
  root: number;
  sql: string;
}

const PAGE = 4096;
const HEADER = 100;
const LEAF_TABLE = 0x0d;
const LEAF_INDEX = 0x0a;

function emptyPage(kind: number): Buffer {
  const page = Buffer.alloc(PAGE);
  writeTreeHeader(page, 0, kind, 0, PAGE);
  return page;
}

/** The first page: the file's header and the rows of the schema, written from the page's end. */
function schemaPage(rows: readonly SchemaRow[]): Buffer {
  const page = Buffer.alloc(PAGE);
  writeFileHeader(page, 4);
  let start = PAGE;
  for (const [at, row] of rows.entries()) {
    const cell = cellOf(at + 1, [row.type, row.name, row.table, row.root, row.sql]);
    start -= cell.length;
    cell.copy(page, start);
    page.writeUInt16BE(start, HEADER + 8 + 2 * at);
  }
  writeTreeHeader(page, HEADER, LEAF_TABLE, rows.length, start);
  return page;
}

function writeTreeHeader(page: Buffer, at: number, kind: number, cells: number, start: number): void {
  page.writeUInt8(kind, at);
  page.writeUInt16BE(cells, at + 3);
  page.writeUInt16BE(start, at + 5);
}

function writeFileHeader(page: Buffer, pages: number): void {
  page.write('SQLite format 3\0', 0, 'latin1');
  page.writeUInt16BE(PAGE, 16);
  page.set([1, 1, 0, 64, 32, 32], 18); // Rollback journal, no reserved bytes, the three fixed fractions.
  page.writeUInt32BE(1, 24); // Changes so far.
  page.writeUInt32BE(pages, 28);
  page.writeUInt32BE(1, 40); // Version of the schema.
  page.writeUInt32BE(4, 44); // Its format.
  page.writeUInt32BE(1, 56); // UTF-8.
  page.writeUInt32BE(1, 92); // The number of pages above is valid for that many changes.
  page.writeUInt32BE(3_045_000, 96);
}

function cellOf(id: number, values: readonly (string | number)[]): Buffer {
  const types = values.map((value) => (typeof value === 'string' ? varint(13 + 2 * Buffer.byteLength(value)) : varint(1)));
  const contents = values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.from([value])));
  const header = Buffer.concat(types);
  const payload = Buffer.concat([varint(header.length + 1), header, ...contents]);
  return Buffer.concat([varint(payload.length), varint(id), payload]);
}

/** Up to two bytes, which is enough for a page. */
const varint = (value: number): Buffer =>
  value < 0x80 ? Buffer.from([value]) : Buffer.from([0x80 | (value >> 7), value & 0x7f]);
