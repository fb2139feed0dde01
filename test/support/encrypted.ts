// What a check sees of a server that speaks TLS, as a value.
import { z } from 'zod';
import { dial } from '../../checks/lib/dial.ts';
import { Failure } from '../../checks/lib/outcome.ts';
import type { Seen } from '../../checks/lib/contract.ts';
import { startTls, tlsFields } from '../../checks/lib/tls.ts';
import type { Loopback } from './loopback.ts';
import { makeProbe } from './probe.ts';

const options = z.strictObject(tlsFields);

/** Dials, encrypts and judges; waits until the server has seen the end, so that a socket that leaks hangs the test. */
export const seeTls = async (
  server: Loopback,
  host: string,
  written: z.input<typeof options> = {},
  probe = makeProbe(),
): Promise<Seen | Error> => {
  try {
    const dialled = await dial({ host: '127.0.0.1', port: server.port }, probe);
    const { socket, seen } = await startTls(dialled, { host, ...options.parse(written) }, probe);
    socket.destroy();
    return seen;
  } catch (error) {
    return error as Error;
  } finally {
    await server.allClosed();
  }
};

/** The cause of a failure or of a warning; undefined when all is well. */
export const causeOf = (seen: Seen | Error): string | undefined => {
  if (seen instanceof Failure) return seen.cause;
  if (seen instanceof Error) throw seen;
  return seen.warning?.cause;
};
