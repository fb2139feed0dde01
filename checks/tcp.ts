// Does the port accept a connection, and does what answers speak as expected?
import type { Socket } from 'node:net';
import { z } from 'zod';
import { host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Seen } from './lib/contract.ts';
import { Dialogue, hangUp } from './lib/dialogue.ts';
import { dial } from './lib/dial.ts';
import { follow, script } from './lib/script.ts';
import { startTls, tlsFields, writtenTls } from './lib/tls.ts';

const options = z
  .strictObject({
    host: host().describe('Name or address to connect to.'),
    port: port().describe('Port to connect to.'),
    dialogue: script()
      .optional()
      .describe(
        'What is said, in order: `expect` a line that matches a regular expression (others are passed over), `send` a line (`${1}`: the first group of the last match), `starttls: true` to go on encrypted.',
      ),
    ...tlsFields,
  })
  .superRefine((options, context) => {
    if (options.dialogue?.some((step) => 'starttls' in step) === true) return;
    const message = 'only with a dialogue in which there is starttls: true';
    for (const option of writtenTls(options)) context.addIssue({ code: 'custom', path: [option], message });
  });

export default defineCheck({
  title: 'TCP',
  summary: 'Connects to a port, and speaks with what answers if a dialogue is given.',
  options,
  defaults: { everyMs: 20_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'dialogue', 'tls'],
  slowMs: { total: 1_000 },
  target: ({ host }) => host,
  run: async (options, probe) => {
    let socket: Socket = await dial(options, probe);
    if (options.dialogue === undefined) {
      hangUp(socket);
      return {};
    }
    let seen: Seen = {};
    const encrypt = async (plain: Dialogue) => {
      probe.timing.lap('dialogue');
      const encrypted = await startTls(plain.release(), options, probe);
      ({ socket, seen } = encrypted);
      return new Dialogue(socket, probe);
    };
    try {
      const answer = await follow(options.dialogue, new Dialogue(socket, probe), encrypt);
      probe.timing.lap('dialogue');
      return { ...seen, facts: { ...seen.facts, ...(answer !== undefined && { answer }) } };
    } finally {
      hangUp(socket);
    }
  },
});
