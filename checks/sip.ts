// Does a SIP server answer OPTIONS, as a telephone asks before it calls?
import { z } from 'zod';
import { host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Seen } from './lib/contract.ts';
import { resolveOne } from './lib/dial.ts';
import { Failure } from './lib/outcome.ts';
import { askOverTcp, askOverUdp } from './lib/sip-exchange.ts';
import type { Answered } from './lib/sip-exchange.ts';

const standardPort = 5_060;
/** Whoever refuses, asks for a password or knows nobody of this name is alive. */
const statusesOfTheLiving = [200, 401, 403, 404, 405, 407, 501];

const options = z.strictObject({
  host: host().describe('Name or address of the server.'),
  port: port().default(standardPort).describe('Port of the server.'),
  transport: z
    .enum(['udp', 'tcp'])
    .default('udp')
    .describe('Over UDP the request is sent again when it is lost.'),
  domain: host().optional().describe('Domain that is asked for, if it is not the host.'),
  expect: z
    .strictObject({
      status: z
        .array(z.int({ error: 'a status from 200 to 699' }).min(200).max(699))
        .min(1)
        .max(50)
        .default(statusesOfTheLiving)
        .describe('Accepted statuses of the final reply.'),
    })
    .prefault({})
    .describe('What the reply must be. By default, any that only a living server gives.'),
});
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'SIP',
  summary: 'Sends OPTIONS to a SIP server, over UDP or TCP, and waits for the final reply.',
  options,
  defaults: { everyMs: 30_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'reply', 'final'],
  slowMs: { reply: 500, total: 2_000 },
  target: ({ host }) => host,
  run: async (options, probe) => {
    const { host, port, transport } = options;
    const target = targetOf(options);
    if (transport === 'tcp')
      return judge({ reply: await askOverTcp({ host, port }, target, probe), sendings: 1 }, options);
    const server = { host: await resolveOne(host, probe), port };
    return judge(await askOverUdp(server, target, probe), options);
  },
});

const targetOf = ({ host, port, domain }: Options) =>
  domain === undefined && port !== standardPort ? { host, port } : { host: domain ?? host };

const judge = ({ reply, sendings }: Answered, { expect }: Options): Seen => {
  const { status, reason, headers } = reply;
  const software = headers.get('server') ?? headers.get('user-agent');
  const retransmissions = sendings - 1;
  const facts = {
    sipStatus: status,
    reason,
    ...(software !== undefined && { software }),
    retransmissions,
  };
  if (!expect.status.includes(status))
    throw new Failure('bad_status', `answered ${status} ${reason}`, { facts });
  if (retransmissions === 0) return { facts };
  const evidence = `replied after ${sendings} requests: packets get lost, or it takes its time`;
  return { facts, warning: new Failure('loss', evidence) };
};
