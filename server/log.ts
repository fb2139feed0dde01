// One JSON line an event, on standard output.
import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { Log } from './app/ports.ts';

export const createLog = (): Log => {
  const output = new Output((lines) => out.warn({ lines }, 'log.lines-lost'));
  const out = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'event',
      formatters: { log: harmless },
    },
    output,
  );
  process.once('exit', () => output.flush());
  return {
    info: (event, fields = {}) => out.info(fields, event),
    warn: (event, fields = {}) => out.warn(fields, event),
    error: (event, fields = {}) => out.error(fields, event),
  };
};

const harmless = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name === 'error' || value instanceof Error ? words(value) : value,
    ]),
  );

// What hangs on an exception (requests, headers, options) may hold a secret; its words and its stack do not.
const words = (error: unknown): unknown =>
  error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : String(error);

/** Lines that wait while standard output takes none; those that come after them are lost, and counted. */
const waitingMax = 1_000;

/** Nobody waits for a log, or ends with it: what its disk or its reader does not take now is tried again with the next line. */
class Output {
  readonly #lost: (lines: number) => void;
  readonly #waiting: Buffer[] = [];
  #lostLines = 0;

  /** Called with how many lines were lost, once others can be written again. */
  constructor(lost: (lines: number) => void) {
    this.#lost = lost;
  }

  write(line: string): void {
    this.flush();
    if (this.#waiting.length < waitingMax) this.#waiting.push(Buffer.from(line));
    else this.#lostLines += 1;
    this.flush();
  }

  flush(): void {
    for (let [line] = this.#waiting; line !== undefined; [line] = this.#waiting) {
      const rest = line.subarray(writtenOf(line));
      if (rest.length > 0) return void (this.#waiting[0] = rest);
      this.#waiting.shift();
    }
    if (this.#lostLines === 0) return;
    const lines = this.#lostLines;
    this.#lostLines = 0;
    this.#lost(lines);
  }
}

const standardOutput = 1;

const writtenOf = (line: Buffer): number => {
  try {
    return writeSync(standardOutput, line);
  } catch {
    return 0;
  }
};
