/**
 * EventBridge event patterns: which events a rule wants. Knows exact values, `prefix`, `suffix`, `equals-ignore-case`,
 * `wildcard`, `exists`, `numeric`, `anything-but` and `$or`. A pattern with anything else is refused when it is compiled.
 */
export type EventPattern = { [field: string]: unknown };
export type Matcher = (event: Readonly<Record<string, unknown>>) => boolean;
type Test = (value: unknown) => boolean;

/** Throws a sentence for a pattern that AWS would refuse or that is not known here. */
export function compilePattern(pattern: EventPattern): Matcher {
  const tests = Object.entries(pattern).map(([field, wanted]) => (field === '$or' ? eitherOf(wanted) : fieldTest(field, wanted)));
  return (event) => tests.every((test) => test(event));
}

function eitherOf(wanted: unknown): Matcher {
  if (!Array.isArray(wanted)) throw new Error('"$or" in an event pattern takes a list of patterns.');
  const matchers = wanted.map((pattern) => compilePattern(pattern as EventPattern));
  return (event) => matchers.some((matches) => matches(event));
}

function fieldTest(field: string, wanted: unknown): Matcher {
  if (Array.isArray(wanted)) {
    const tests = wanted.map(valueTest);
    return (event) => candidates(event[field]).some((value) => tests.some((test) => test(value)));
  }
  if (typeof wanted !== 'object' || wanted === null) {
    throw new Error(`"${field}" in an event pattern must be a list of values or a nested pattern.`);
  }
  const matches = compilePattern(wanted as EventPattern);
  return (event) => {
    const value = event[field];
    return matches(typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
  };
}

/** A list in the event matches by any of its values; an absent field is one candidate, for `exists: false`. */
const candidates = (value: unknown): unknown[] => (Array.isArray(value) && value.length > 0 ? value : [value]);

function valueTest(wanted: unknown): Test {
  if (typeof wanted !== 'object' || wanted === null) return (value) => value === wanted;
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(wanted);
  const make = OPERATORS[operator];
  if (!make || more.length > 0) throw new Error(`An event pattern cannot use ${JSON.stringify(wanted)} on one machine.`);
  return make(operand);
}

const ofText =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const OPERATORS: Record<string, (operand: unknown) => Test> = {
  prefix: (operand) => ofText((value) => value.startsWith(String(operand))),
  suffix: (operand) => ofText((value) => value.endsWith(String(operand))),
  'equals-ignore-case': (operand) => ofText((value) => value.toLowerCase() === String(operand).toLowerCase()),
  wildcard: (operand) => {
    const parts = String(operand)
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    const whole = new RegExp(`^${parts.join('.*')}$`, 's');
    return ofText((value) => whole.test(value));
  },
  exists: (operand) => (value) => (value !== undefined) === operand,
  numeric: (operand) => numericTest(operand as (string | number)[]),
  'anything-but': (operand) => {
    const tests = (Array.isArray(operand) ? operand : [operand]).map(valueTest);
    return (value) => value !== undefined && !tests.some((test) => test(value));
  },
};

function numericTest(operand: (string | number)[]): Test {
  const compare: Record<string, (value: number, bound: number) => boolean> = {
    '=': (value, bound) => value === bound,
    '<': (value, bound) => value < bound,
    '<=': (value, bound) => value <= bound,
    '>': (value, bound) => value > bound,
    '>=': (value, bound) => value >= bound,
  };
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < operand.length; at += 2) {
    const holds = compare[String(operand[at])];
    const bound = Number(operand[at + 1]);
    if (!holds || Number.isNaN(bound)) throw new Error(`An event pattern cannot use numeric ${JSON.stringify(operand)}.`);
    tests.push((value) => holds(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}
