/** One JSON line per entry, each with what ties it to a request. Never a body, a token or a personal field. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
  /** The same log with fields that every entry then carries. */
  with(fields: object): Log;
}

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LEVELS)[number];

export function jsonLog(
  lowest: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  base: object = {},
): Log {
  const entry =
    (level: LogLevel) =>
    (message: string, fields: object = {}) => {
      if (LEVELS.indexOf(level) >= LEVELS.indexOf(lowest)) write(JSON.stringify({ level, message, ...base, ...fields }, errors));
    };
  return {
    debug: entry('DEBUG'),
    info: entry('INFO'),
    warn: entry('WARN'),
    error: entry('ERROR'),
    with: (fields) => jsonLog(lowest, write, { ...base, ...fields }),
  };
}

const errors = (_: string, value: unknown) =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
