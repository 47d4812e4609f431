import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The workflow files as they are deployed. */
const FOLDER = join(import.meta.dirname, '../../workflows');

export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Error?: string;
  readonly Cause?: string;
}

export interface Workflow {
  /** `incident-escalation`. */
  readonly name: string;
  readonly text: string;
  readonly StartAt: string;
  readonly Comment?: string;
  readonly States: Readonly<Record<string, State>>;
}

export const workflows: readonly Workflow[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.asl.json'))
  .map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    return { ...(JSON.parse(text) as Omit<Workflow, 'name' | 'text'>), name: file.replace('.asl.json', ''), text };
  });

/** Every state that one leads to. */
export const successors = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((handler) => handler.Next)].filter(
    (name): name is string => name !== undefined,
  );
