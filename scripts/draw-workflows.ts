import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Draws every workflow as a Mermaid diagram, from its file, into workflows/README.md. `--check` only compares, and fails
 * when the pictures are not those of the files.
 */
interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string; readonly StringEquals?: string; readonly Variable?: string }[];
  readonly Catch?: readonly { readonly Next: string; readonly ErrorEquals: readonly string[] }[];
}

interface Definition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const FOLDER = join(import.meta.dirname, '../workflows');
const README = join(FOLDER, 'README.md');

const INTRODUCTION = `# Workflows

Long-running work, carried out by AWS Step Functions (Standard) and, from the same files, on one machine. The record in
the table is the truth; an execution only moves it, begins by reading it, and may be stopped, redriven or started again at
any moment. Tasks retry transient faults and catch the rest; every wait ends. The pictures are drawn from the files by
\`npm run draw-workflows\`, and a test compares them.
`;

export function drawn(name: string, { Comment, StartAt, States }: Definition): string {
  const ids = new Map(Object.keys(States).map((state, i) => [state, `s${i}`]));
  const nodes = Object.entries(States).map(([state, { Type }]) => `  ${ids.get(state)}${shapeOf(Type, state)}`);
  const arrows = Object.entries(States).flatMap(([state, definition]) =>
    arrowsOf(definition).map(([to, label]) => `  ${ids.get(state)} -->${label === '' ? '' : `|${label}|`} ${ids.get(to)}`),
  );
  return `## ${name}\n\n${Comment}\n\n\`\`\`mermaid\nflowchart TD\n  start(( )) --> ${ids.get(StartAt)}\n${[...nodes, ...arrows].join('\n')}\n\`\`\`\n`;
}

function shapeOf(type: string, label: string): string {
  const text = `"${label}"`;
  if (type === 'Choice') return `{${text}}`;
  if (type === 'Wait') return `[/${text}/]`;
  if (type === 'Succeed' || type === 'Fail') return `([${text}])`;
  return `[${text}]`;
}

function arrowsOf({ Next, Default, Choices = [], Catch = [] }: State): [string, string][] {
  return [
    ...(Next === undefined ? [] : [[Next, ''] as [string, string]]),
    ...Choices.map((choice): [string, string] => [choice.Next, choice.StringEquals ?? 'if']),
    ...(Default === undefined ? [] : [[Default, 'else'] as [string, string]]),
    ...Catch.map((caught): [string, string] => [caught.Next, 'failed']),
  ];
}

/** The whole page, from the files as they are. */
export function pageOf(folder = FOLDER): string {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.asl.json'))
    .sort();
  const parts = files.map((file) =>
    drawn(file.replace('.asl.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8')) as Definition),
  );
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--check')) {
    if (readFileSync(README, 'utf8') !== pageOf()) {
      process.stderr.write('workflows/README.md does not show the files as they are; run npm run draw-workflows.\n');
      process.exit(1);
    }
  } else writeFileSync(README, pageOf());
}
