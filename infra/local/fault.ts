/** Told of what went wrong in the background, where no caller waits for an answer. */
export type Fault = (doing: string, error: unknown) => void;

/** One structured line on standard error, as a function's log would have it. */
export const logFault: Fault = (doing, error) => {
  const cause =
    error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : { message: String(error) };
  process.stderr.write(`${JSON.stringify({ level: 'ERROR', message: `Fault while ${doing}`, error: cause })}\n`);
};
