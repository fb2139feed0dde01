// vigie notify-test ROUTE: is a route a way out, now?
import { parseArgs } from 'node:util';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Delivery } from '../core/alerts/message.ts';
import { testMessage } from '../app/weekly-test.ts';
import { handOver } from '../notify/hand-over.ts';
import { systemClock as clock, systemTimers as timers } from '../system.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, mustLoad } from './configuration.ts';

/** As long as a running Vigie waits. */
const sendMsMax = 30_000;

export const notifyTest: Command = {
  usage: 'notify-test ROUTE [--config FILE]',
  summary: 'Sends a test message by a route, and tells what the receiver said.',
  details: `--config FILE   the configuration that has the route (default ${defaultConfigPath})

The message goes straight to the receiver, whether or not Vigie is running.
Exit code 0 when the receiver has taken it, 1 when it has not.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string', default: defaultConfigPath } },
    });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('one route is wanted');
    const config = mustLoad(values.config);
    const route = config.routes.find((candidate) => candidate.id === id);
    if (route === undefined) {
      const known = config.routes.map((route) => route.id).join(', ') || 'none';
      throw new CommandFailure(
        `there is no route ${JSON.stringify(id)} in ${values.config}; it has ${known}`,
      );
    }
    const controller = new AbortController();
    const cancel = timers.after(sendMsMax, () => controller.abort(new Deadline(sendMsMax)));
    const message = testMessage(route, config.organisation, clock.now(), 'asked');
    const startedMs = clock.monotonicMs();
    const delivery = await handOver(() => config, clock)(message, controller.signal);
    cancel();
    const seconds = ((clock.monotonicMs() - startedMs) / 1_000).toFixed(2);
    process.stdout.write(`${id} (${route.type}): ${wordsFor[delivery.kind]} in ${seconds} s\n`);
    process.stdout.write(`  ${delivery.evidence ?? ''}\n`);
    return delivery.kind === 'delivered' ? 0 : 1;
  },
};

const wordsFor: Readonly<Record<Delivery['kind'], string>> = {
  delivered: 'delivered',
  deferred: 'not delivered (Vigie would try again)',
  refused: 'refused for good',
};
