import type { Problem } from './api.js';
import { el, fill } from './dom.js';
import { t } from './language/language.js';
import { asProblem, refusal } from './refusal.js';

export interface Field {
  /** The member of the body; a pointer `/name` in a refusal finds it again. */
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'area' | 'number' | 'instant' | 'choice';
  readonly hint?: string;
  readonly required?: boolean;
  readonly value?: string;
  readonly options?: Options;
  readonly longest?: number;
  /** Choices that hang on what another field says. */
  readonly follows?: { readonly field: string; options(value: string): Promise<Options> };
}
type Options = readonly (readonly [value: string, label: string])[];

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
export type Body = Record<string, string | number>;

let minted = 0;

function controlOf(field: Field, id: string): Control {
  const common = { id, name: field.name, required: field.required, 'aria-describedby': `${id}-hint ${id}-error` };
  if (field.kind === 'area') return el('textarea', { ...common, rows: 5, maxlength: field.longest }, field.value);
  if (field.kind === 'choice') {
    return el('select', common, ...optionsOf(field, field.options ?? []));
  }
  const type = { text: 'text', number: 'number', instant: 'datetime-local' }[field.kind];
  const bounds =
    field.kind === 'number' ? { min: 1, max: field.longest, step: 1, inputmode: 'numeric' } : { maxlength: field.longest };
  return el('input', { ...common, type, value: field.value, autocomplete: 'off', ...bounds });
}

const optionsOf = (field: Field, options: Options): HTMLElement[] => [
  ...(field.required ? [] : [el('option', { value: '' }, t('field.none'))]),
  ...options.map(([value, label]) => el('option', { value, selected: value === field.value }, label)),
];

/** Keeps a field's choices in step with the field that they hang on. */
function follow({ field, control }: Placed, placed: readonly Placed[]): void {
  const leader = placed.find((other) => other.field.name === field.follows?.field)?.control;
  leader?.addEventListener('change', async () => {
    const asked = leader.value;
    const options = asked === '' ? [] : await field.follows!.options(asked);
    if (leader.value === asked) fill(control, ...optionsOf(field, options));
  });
}

interface Placed {
  readonly field: Field;
  readonly control: Control;
  readonly error: HTMLElement;
  readonly row: HTMLElement;
}

function place(field: Field): Placed {
  const id = `field-${++minted}`;
  const control = controlOf(field, id);
  const error = el('p', { class: 'field-error', id: `${id}-error` });
  const row = el(
    'div',
    { class: `field field-${field.kind}` },
    el('label', { for: id }, field.label, !field.required && el('span', { class: 'muted optional' }, ` ${t('field.optional')}`)),
    control,
    el('p', { class: 'hint', id: `${id}-hint` }, field.hint),
    error,
  );
  return { field, control, error, row };
}

function bodyOf(placed: readonly Placed[]): Body {
  const pairs = placed.flatMap(({ field, control }) => {
    const value = control.value.trim();
    if (value === '') return [];
    const whole = field.kind === 'number' || (field.kind === 'choice' && /^\d$/.test(value));
    return [[field.name, whole ? Number(value) : field.kind === 'instant' ? new Date(value).toISOString() : value] as const];
  });
  return Object.fromEntries(pairs);
}

/** Says at each field what is wrong with it; true when something was said. */
function mark(placed: readonly Placed[], complaint: (field: Field, value: string) => string | undefined): boolean {
  let first: Control | undefined;
  for (const { field, control, error } of placed) {
    const message = complaint(field, control.value.trim());
    fill(error, message);
    control.toggleAttribute('aria-invalid', message !== undefined);
    if (message !== undefined) first ??= control;
  }
  first?.focus();
  return first !== undefined;
}

/** Whether the service said no; otherwise it may have done it, and a repetition says so with the same key. */
const isAnswered = ({ status }: Problem): boolean => status >= 400 && status < 500;

export interface FormParts {
  readonly fields: readonly Field[];
  readonly submit: string;
  readonly danger?: boolean;
  /** Drawn beside the submit button. */
  readonly beside?: readonly HTMLElement[];
  /** `key` is the same for every try, so that a repeated one is not done twice. */
  send(body: Body, key: string): Promise<void>;
}

/** A form that says at each field, and above them, why it was refused; what was typed stays. */
export function form({ fields, submit, danger, beside = [], send }: FormParts): HTMLFormElement {
  const placed = fields.map(place);
  for (const each of placed) follow(each, placed);
  const said = el('div', {});
  const button = el('button', { type: 'submit', class: danger ? 'button danger' : 'button primary' }, submit);
  let key = crypto.randomUUID();
  let sent = '';

  async function trySending(): Promise<void> {
    fill(said);
    if (mark(placed, (field, value) => (field.required && value === '' ? t('problem.required') : undefined))) return;
    const body = bodyOf(placed);
    const text = JSON.stringify(body);
    if (text !== sent) key = crypto.randomUUID();
    sent = text;
    button.disabled = true;
    try {
      await send(body, key);
    } catch (error) {
      const problem = asProblem(error);
      if (isAnswered(problem)) key = crypto.randomUUID();
      fill(said, refusal(problem));
      mark(placed, ({ name }) => problem.errors.find(({ pointer }) => pointer === `/${name}`)?.message);
    } finally {
      button.disabled = false;
    }
  }

  function submitted(event: Event): void {
    event.preventDefault();
    void trySending();
  }

  return el(
    'form',
    { class: 'form', novalidate: true, on: { submit: submitted } },
    said,
    ...placed.map(({ row }) => row),
    el('div', { class: 'form-foot' }, button, ...beside),
  );
}
