// What goes wrong with the sessions of a router.
import { describe } from 'vitest';
import { canRoute } from '../../support/bird.ts';
import { catalogue } from '../../support/catalogue.ts';
import { prefixesEach, startRouters } from '../../support/routers.ts';
import type { Routers } from '../../support/routers.ts';

const mend = async (routers: Routers): Promise<void> => {
  for (const router of [routers.edge, routers.transit1, routers.transit2]) router.resume();
  routers.heal();
  for (const transit of ['transit1', 'transit2'] as const) routers.cable(transit, 'up');
  for (const router of [routers.edge, routers.transit1, routers.transit2]) router.configure();
  routers.edge.tell('enable all');
  await routers.untilHealthy();
};
const revive = async (routers: Routers, name: 'edge' | 'transit1'): Promise<void> => {
  await routers[name].start();
  await mend(routers);
};
const degraded = (cause: 'session_down' | 'routes_lost') => ({ state: 'degraded', cause }) as const;

describe.skipIf(!canRoute)('BIRD', () => {
  catalogue<Routers>({
    type: 'bgp',
    start: startRouters,
    stop: async (routers) => routers[Symbol.asyncDispose](),
    check: ({ socket }) => ({
      type: 'bgp',
      source: { bird: socket },
      sessions: ['transit1', 'transit2'],
      every: '15s',
      timeout: '2s',
    }),
    faults: [
      {
        fault: 'a session is disabled by hand',
        inject: async (routers) => {
          routers.edge.tell('disable transit1');
          await routers.until({ transit1: 'down' });
        },
        mend,
        expected: degraded('session_down'),
      },
      {
        fault: 'the daemon of one neighbour is killed',
        inject: async (routers) => {
          await routers.transit1.kill();
          await routers.until({ transit1: 'down' });
        },
        mend: (routers) => revive(routers, 'transit1'),
        expected: degraded('session_down'),
      },
      {
        fault: 'one neighbour is stopped (SIGSTOP) beyond the hold time',
        inject: async (routers) => {
          routers.transit2.pause();
          await routers.until({ transit2: 'down' });
        },
        mend,
        expected: degraded('session_down'),
      },
      {
        fault: 'one neighbour hears us and is not heard',
        inject: async (routers) => {
          routers.drop('iifname transit1 meta l4proto tcp');
          await routers.until({ transit1: 'down' });
        },
        mend,
        expected: degraded('session_down'),
      },
      {
        fault: 'the cable to one neighbour is pulled',
        inject: async (routers) => {
          routers.cable('transit2', 'down');
          await routers.until({ transit2: 'down' });
        },
        mend,
        expected: degraded('session_down'),
      },
      {
        fault: 'both neighbours are cut off',
        inject: async (routers) => {
          routers.drop('meta l4proto tcp');
          await routers.until({ transit1: 'down', transit2: 'down' });
        },
        mend,
        expected: { state: 'down', cause: 'session_down' },
      },
      {
        fault: 'one neighbour exceeds the limit of prefixes',
        inject: async (routers) => {
          routers.edge.configure({ limit: prefixesEach + 2 });
          routers.transit1.configure({ prefixes: prefixesEach + 5 });
          await routers.until({ transit1: 'down' });
        },
        mend,
        expected: degraded('session_down'),
      },
      {
        fault: 'a session is gone from the configuration',
        inject: (routers) => routers.edge.configure({ sessionName: 'transit0' }),
        mend,
        expected: degraded('session_down'),
      },
      {
        fault: 'a neighbour no longer announces anything',
        inject: async (routers) => {
          routers.transit1.configure({ announce: 'none' });
          await routers.untilRoutes('transit1', 0, prefixesEach);
        },
        mend,
        expected: degraded('routes_lost'),
      },
      {
        fault: 'we no longer announce our own prefixes',
        inject: async (routers) => {
          routers.edge.configure({ announce: 'none' });
          await routers.untilRoutes('transit2', prefixesEach, 0);
        },
        mend,
        expected: degraded('routes_lost'),
      },
      {
        fault: 'our daemon is killed',
        inject: ({ edge }) => edge.kill(),
        mend: (routers) => revive(routers, 'edge'),
        expected: { state: 'down', cause: 'refused' },
      },
      {
        fault: 'our daemon is stopped (SIGSTOP)',
        inject: ({ edge }) => edge.pause(),
        mend,
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'our daemon is restarted within five seconds',
        inject: ({ edge }) => edge.kill(),
        mend: (routers) => revive(routers, 'edge'),
        expected: 'nothing',
        probes: 1,
      },
      {
        fault: 'a session falls and rises at once',
        inject: ({ edge }) => edge.tell('restart transit1'),
        mend,
        expected: 'nothing',
        probes: 1,
      },
      {
        fault: 'a neighbour announces a third less',
        inject: async (routers) => {
          routers.transit1.configure({ prefixes: 7 });
          await routers.untilRoutes('transit1', 7, prefixesEach);
        },
        mend,
        expected: 'nothing',
      },
      {
        fault: 'a neighbour announces more',
        inject: async (routers) => {
          routers.transit2.configure({ prefixes: 15 });
          await routers.untilRoutes('transit2', 15, prefixesEach);
        },
        mend,
        expected: 'nothing',
      },
    ],
  });
});
