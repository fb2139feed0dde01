// Does the port accept a connection, and does what answers speak as expected?
import { z } from 'zod';
import { host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import { dial } from './lib/dial.ts';

export default defineCheck({
  title: 'TCP',
  summary: 'Connects to a port.',
  options: z.strictObject({
    host: host().describe('Name or address to connect to.'),
    port: port(),
  }),
  defaults: { everyMs: 20_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect'],
  slowMs: { total: 1_000 },
  target: ({ host }) => host,
  run: async (options, probe) => {
    const socket = await dial(options, probe);
    socket.end();
    socket.destroySoon();
    return {};
  },
});
