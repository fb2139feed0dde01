// What goes wrong on the way to a host. Drops are counted, not drawn by lot, so that every run is the same.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { installed } from '../../support/installed.ts';
import { canLink } from '../../support/link.ts';
import { makeUplink } from '../../support/uplink.ts';
import type { Uplink } from '../../support/uplink.ts';

const lost = (condition?: string) => ({
  inject: (uplink: Uplink) => uplink.drop(condition),
  mend: (uplink: Uplink) => uplink.heal(),
});
const rejected = (how: string) => ({
  inject: (uplink: Uplink) => uplink.reject(how),
  mend: (uplink: Uplink) => uplink.heal(),
});
/** Something happens at the host's end of the cable, and is undone. */
const atFar = (program: 'ip' | 'tc', command: string, undo: string) => ({
  inject: (uplink: Uplink) => uplink.far(program, command),
  mend: (uplink: Uplink) => uplink.far(program, undo),
});
const narrow = (rate: string) =>
  atFar('tc', `qdisc add dev far root tbf rate ${rate} burst 2kb latency 1s`, 'qdisc del dev far root');
const unplugged = atFar('ip', 'link set far down', 'link set far up');

describe.skipIf(!canLink || !installed('fping'))('a host behind a cable', () => {
  catalogue<Uplink>({
    type: 'ping',
    start: () => Promise.resolve(makeUplink()),
    stop: (uplink) => Promise.resolve(uplink[Symbol.dispose]()),
    check: ({ address }) => ({
      type: 'ping',
      host: address,
      count: 10,
      period: '10ms',
      size: 1_000,
      every: '20s',
      timeout: '1500ms',
      loss: { degraded: '20%' },
      slow: { rtt: '50ms' },
    }),
    faults: [
      { fault: 'everything is lost', ...lost(), expected: { state: 'down', cause: 'timeout_reply' } },
      {
        fault: 'all answers are lost on the way back',
        inject: (uplink) => uplink.far('ip', `route add blackhole ${uplink.near}/32`),
        mend: (uplink) => uplink.far('ip', `route del blackhole ${uplink.near}/32`),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      { fault: 'the cable is unplugged', ...unplugged, expected: { state: 'down', cause: 'unreachable' } },
      {
        fault: 'the host forbids to be asked',
        ...rejected('icmp type admin-prohibited'),
        expected: { state: 'down', cause: 'unreachable' },
      },
      {
        fault: 'large packets do not fit, and nobody says so',
        ...atFar('ip', 'link set far mtu 600', 'link set far mtu 1500'),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'thirty per cent are lost',
        ...lost('numgen inc mod 10 < 3'),
        expected: { state: 'degraded', cause: 'loss' },
      },
      {
        fault: 'all but one are lost',
        ...lost('numgen inc mod 10 != 7'),
        expected: { state: 'degraded', cause: 'loss' },
      },
      {
        fault: 'the line is narrow, and a queue builds up',
        ...narrow('200kbit'),
        expected: { state: 'degraded', cause: 'slow' },
      },
      { fault: 'one packet of ten is lost', ...lost('numgen inc mod 10 == 7'), expected: 'nothing' },
      {
        fault: 'half of them are lost for half a minute',
        ...lost('numgen inc mod 2 == 0'),
        expected: 'nothing',
        probes: 4,
      },
      { fault: 'the cable is unplugged for two seconds', ...unplugged, expected: 'nothing', probes: 1 },
      { fault: 'the host restarts its network', ...lost(), expected: 'nothing', probes: 2 },
    ],
  });
});
