// What goes wrong on the way to a host, and what only looks so.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { canRoad, makeRoad } from '../../support/road.ts';
import type { Road } from '../../support/road.ts';

const requests = 'icmp type echo-request';
const answers = 'icmp type echo-reply';
const mend = (road: Road): void => road.mend();
const lost = { state: 'degraded', cause: 'loss' } as const;
const cut = { state: 'down', cause: 'unreachable' } as const;

describe.skipIf(!canRoad)('a road', () => {
  catalogue<Road>({
    type: 'path',
    start: async () => makeRoad(),
    stop: async (road) => road[Symbol.dispose](),
    check: ({ address }) => ({
      type: 'path',
      host: address,
      count: 10,
      period: '10ms',
      recover: { calm: '20s' },
      every: '15s',
      timeout: '1600ms',
    }),
    faults: [
      {
        fault: 'the last router loses three packets in ten',
        inject: (road) => road.drop('r3', 'passing', `${requests} numgen inc mod 10 < 3`),
        mend,
        expected: lost,
      },
      {
        fault: 'a router in the middle loses every other packet',
        inject: (road) => road.drop('r2', 'passing', `${requests} numgen inc mod 4 < 2`),
        mend,
        expected: lost,
      },
      {
        fault: 'answers get lost on the way back',
        inject: (road) => road.drop('r1', 'passing', `${answers} numgen inc mod 2 == 0`),
        mend,
        expected: lost,
      },
      {
        fault: 'the host answers no more',
        inject: (road) => road.drop('end', 'arriving', requests),
        mend,
        expected: cut,
      },
      {
        fault: 'a router in the middle swallows everything',
        inject: (road) => road.route('r2', 'blackhole END'),
        mend,
        expected: cut,
      },
      {
        fault: 'a router in the middle knows no way',
        inject: (road) => road.route('r2', 'prohibit END'),
        mend,
        expected: cut,
      },
      {
        fault: 'two routers send packets to and fro',
        inject: (road) => road.route('r2', `END via ${road.stations[0]?.replace(/\d+$/, '5')}`),
        mend,
        expected: cut,
      },
      {
        fault: 'the first router is dead',
        inject: (road) => {
          road.drop('r1', 'passing', 'meta l4proto icmp');
          road.drop('r1', 'leaving', 'meta l4proto icmp');
        },
        mend,
        expected: cut,
      },
      {
        fault: 'no answer finds the way back',
        inject: (road) => road.drop('r2', 'passing', 'icmp type { echo-reply, time-exceeded }'),
        mend,
        expected: cut,
      },
      {
        fault: 'a router in the middle never answers for itself',
        inject: (road) => road.drop('r2', 'leaving', 'icmp type time-exceeded'),
        mend,
        expected: 'nothing',
      },
      {
        fault: 'a router in the middle answers every other time',
        inject: (road) => road.drop('r2', 'leaving', 'icmp type time-exceeded numgen inc mod 2 == 0'),
        mend,
        expected: 'nothing',
      },
      {
        fault: 'one packet in twenty is lost',
        inject: (road) => road.drop('r3', 'passing', `${requests} numgen inc mod 20 == 7`),
        mend,
        expected: 'nothing',
      },
      { fault: 'the way changes', inject: (road) => road.shorten(), mend, expected: 'nothing' },
      {
        fault: 'the way is cut for two seconds',
        inject: (road) => road.route('r2', 'blackhole END'),
        mend,
        expected: 'nothing',
        probes: 1,
      },
    ],
  });
});
