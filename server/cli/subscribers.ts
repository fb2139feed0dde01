// vigie subscribers: how many members are told by mail; and what a mail server, or a member, has said of an address.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { ask, environmentHelp } from './remote.ts';

const path = '/api/v1/subscribers';
const counts = z.object({
  confirmed: z.int(),
  unconfirmed: z.int(),
  services: z.array(z.object({ id: z.string(), incidents: z.int(), maintenance: z.int() })),
});
const kinds: Readonly<Record<string, string>> = { bounced: 'bounced', erase: 'erased' };

export const subscribersCommand: Command = {
  usage: 'subscribers [ACTION ADDRESS]',
  summary:
    'Counts who is told by mail, by service and kind; forgets an address that bounces, or asks for it.',
  details: `bounced ADDRESS   mail to it came back for good: after the third time it is erased
erase ADDRESS     it is erased now, with all that waits for it

ADDRESS may also be what is in the envelope of what came back (bounces+…@…); - reads it from the standard input. No address is
ever shown, nor whether it is known.

${environmentHelp}`,
  run: async (args) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [action, address, ...more] = positionals;
    if (action === undefined) return show(await ask(counts, path));
    const kind = Object.hasOwn(kinds, action) ? kinds[action] : undefined;
    if (kind === undefined || address === undefined || more.length > 0)
      throw new UsageError('either nothing, or bounced or erase with an address');
    const given = address === '-' ? readFileSync(0, 'utf8').trim() : address;
    await ask(z.object({ noted: z.literal(true) }), `${path}/${kind}`, { address: given });
    process.stdout.write('noted\n');
    return 0;
  },
};

const show = ({ confirmed, unconfirmed, services }: z.output<typeof counts>): number => {
  process.stdout.write(`${confirmed} confirmed, ${unconfirmed} not yet\n`);
  for (const { id, incidents, maintenance } of services)
    process.stdout.write(`${id}: ${incidents} of incidents, ${maintenance} of maintenance\n`);
  return 0;
};
