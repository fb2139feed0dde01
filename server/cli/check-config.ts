// vigie check-config FILE
import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';
import { parseSocket } from '../../config/texts.ts';
import { mailsSharedFate, sharedFate } from '../app/same-fate.ts';
import type { Watched, Way } from '../app/same-fate.ts';
import { hostsOf } from '../notify/hand-over.ts';
import { hostsOfSubscriptions } from '../notify/lib/subscriber-mail.ts';
import { typeOf } from '../prober/types.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { mustLoad } from './configuration.ts';

export const checkConfig: Command = {
  usage: 'check-config FILE',
  summary: 'Reads a configuration (a file, or a folder of them) and tells every problem.',
  run: async (args) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new UsageError('one file or folder is wanted');
    const config = mustLoad(path);
    const { services, witnesses, routes } = config;
    const checks = services.reduce((sum, service) => sum + service.checks.length, 0);
    process.stdout.write(
      `${path} is good: ${counted(services.length, 'service')}, ${counted(checks, 'check')}, ${counted(witnesses.length, 'witness', 'witnesses')}, ${counted(routes.length, 'route')}\n`,
    );
    const [watched, resolvers] = [watchedBy(config), resolversOf(config)];
    const mails = { route: 'subscriptions', type: 'email', hosts: hostsOfSubscriptions(config) };
    for (const warning of [
      sharedFate(waysOf(config), watched, resolvers),
      mailsSharedFate(mails, watched, resolvers),
    ])
      if (warning !== undefined) process.stdout.write(`warning: ${warning}\n`);
    return 0;
  },
};

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const waysOf = ({ routes }: Config): readonly Way[] =>
  routes
    .filter(({ audience }) => audience === 'admins')
    .map((route) => ({ route: route.id, type: route.type, hosts: hostsOf(route) }));

const resolversOf = ({ resolvers }: Config): readonly string[] =>
  resolvers.flatMap((resolver) => parseSocket(resolver)?.address ?? []);

const watchedBy = ({ services }: Config): readonly Watched[] =>
  services
    .flatMap((service) => service.checks)
    .flatMap((check) => {
      const type = typeOf(check);
      const host = type.kind === 'active' ? type.target(check.options) : undefined;
      return host === undefined ? [] : [{ check: check.id, host }];
    });
