// One JSON line an event, on standard output.
import { pino } from 'pino';
import type { Log } from './app/ports.ts';

export const createLog = (): Log => {
  const out = pino({
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'event',
    formatters: { log: harmless },
  });
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
