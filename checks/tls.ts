// Is the certificate good, and for how long still?
import type { Socket } from 'node:net';
import { z } from 'zod';
import { host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe } from './lib/contract.ts';
import { Dialogue, hangUp } from './lib/dialogue.ts';
import { dial } from './lib/dial.ts';
import { askForTls, farewellOf, greet, startTlsProtocols } from './lib/starttls.ts';
import type { StartTlsProtocol } from './lib/starttls.ts';
import { startTls, tlsFields } from './lib/tls.ts';

export default defineCheck({
  title: 'TLS',
  summary: 'Makes a TLS handshake and judges the certificate: its dates, names and chain.',
  options: z.strictObject({
    host: host().describe('Name or address to connect to.'),
    port: port().describe(
      'Port to connect to. We show no certificate of our own: with TLS 1.3 a server that demands one says so only after the handshake, which is fine here.',
    ),
    starttls: z
      .enum(startTlsProtocols, { error: `one of ${startTlsProtocols.join(', ')}` })
      .optional()
      .describe('Protocol in which encryption is asked for; without it TLS begins at once.'),
    ...tlsFields,
  }),
  defaults: { everyMs: 60_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'starttls', 'tls'],
  slowMs: { total: 1_500 },
  target: ({ host }) => host,
  run: async (options, probe) => {
    const socket = await dial(options, probe);
    if (options.starttls !== undefined) await ask(options.starttls, socket, probe);
    const { socket: encrypted, seen } = await startTls(socket, options, probe);
    const farewell = options.starttls && farewellOf(options.starttls);
    if (farewell !== undefined) new Dialogue(encrypted, probe).send(farewell);
    hangUp(encrypted);
    return seen;
  },
});

const ask = async (protocol: StartTlsProtocol, socket: Socket, probe: Probe): Promise<void> => {
  try {
    const dialogue = new Dialogue(socket, probe);
    await greet(protocol, dialogue);
    await askForTls(protocol, dialogue);
    dialogue.release();
    probe.timing.lap('starttls');
  } catch (error) {
    socket.destroy();
    throw error;
  }
};
