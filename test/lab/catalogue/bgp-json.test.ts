// What goes wrong with those who tell of BGP, and what they tell.
import { describe } from 'vitest';
import { glassOf, startTeller, summaryOf, watcherOf } from '../../support/bgp-teller.ts';
import type { Teller } from '../../support/bgp-teller.ts';
import { catalogue } from '../../support/catalogue.ts';

const degraded = (cause: 'session_down' | 'routes_lost') => ({ state: 'degraded', cause }) as const;
const minutes = 60_000;
const well = (teller: Teller): void => teller.tell(watcherOf());

describe('a birdwatcher', () => {
  catalogue<Teller>({
    type: 'bgp',
    start: async () => {
      const teller = await startTeller();
      well(teller);
      return teller;
    },
    stop: async (teller) => teller[Symbol.asyncDispose](),
    check: ({ url }) => ({
      type: 'bgp',
      source: { birdwatcher: url },
      sessions: ['R1', 'R2'],
      families: [4],
      every: '15s',
      timeout: '1s',
    }),
    faults: [
      {
        fault: 'birdwatcher keeps what is half an hour old',
        inject: (teller) => teller.tell(watcherOf({ ageMs: 30 * minutes })),
        mend: well,
        expected: { state: 'degraded', cause: 'stale' },
      },
      {
        fault: 'birdwatcher tells of a session that is down',
        inject: (teller) => teller.tell(watcherOf({ down: ['R2'] })),
        mend: well,
        expected: degraded('session_down'),
      },
      {
        fault: 'birdwatcher was asked too often and answers 429 for a while',
        inject: (teller) => teller.refuse(429),
        mend: well,
        expected: 'nothing',
        probes: 2,
      },
      {
        fault: 'birdwatcher keeps what is five minutes old, as it does',
        inject: (teller) => teller.tell(watcherOf({ ageMs: 5 * minutes })),
        mend: well,
        expected: 'nothing',
      },
    ],
  });
});

describe('a summary of FRR', () => {
  const well = (teller: Teller): void => teller.write(summaryOf());
  catalogue<Teller>({
    type: 'bgp',
    start: async () => {
      const teller = await startTeller();
      well(teller);
      return teller;
    },
    stop: async (teller) => teller[Symbol.asyncDispose](),
    check: ({ file }) => ({
      type: 'bgp',
      source: { frr: file },
      sessions: ['192.0.2.1', '2001:db8::1'],
      every: '15s',
      timeout: '1s',
    }),
    faults: [
      {
        fault: 'the job that writes the summary has stopped',
        inject: (teller) => teller.write(summaryOf(), 30 * minutes),
        mend: well,
        expected: { state: 'degraded', cause: 'stale' },
      },
      {
        fault: 'a peer of FRR is Active',
        inject: (teller) => teller.write(summaryOf({ down: ['2001:db8::1'] })),
        mend: well,
        expected: degraded('session_down'),
      },
      {
        fault: 'a peer of FRR sends a tenth of its prefixes',
        inject: (teller) => teller.write(summaryOf({ received: 90_000 })),
        mend: well,
        expected: degraded('routes_lost'),
      },
      {
        fault: 'the summary is half written',
        inject: (teller) => teller.write(summaryOf().slice(0, 100)),
        mend: well,
        expected: 'nothing',
        probes: 1,
      },
    ],
  });
});

describe('RIPEstat', () => {
  const well = (teller: Teller): void => teller.tell(glassOf());
  catalogue<Teller>({
    type: 'bgp',
    start: async () => {
      const teller = await startTeller();
      well(teller);
      return teller;
    },
    stop: async (teller) => teller[Symbol.asyncDispose](),
    check: ({ url }) => ({
      type: 'bgp',
      source: { ripestat: { prefix: '192.0.2.0/24', origin: 64_500, url } },
      families: [4],
      every: '15s',
      timeout: '1s',
    }),
    faults: [
      {
        fault: 'half of the networks have lost the prefix',
        inject: (teller) => teller.tell(glassOf({ peers: 150 })),
        mend: well,
        expected: degraded('routes_lost'),
      },
      {
        fault: 'one network in ten still knows the prefix',
        inject: (teller) => teller.tell(glassOf({ peers: 30 })),
        mend: well,
        expected: { state: 'down', cause: 'routes_lost' },
      },
      {
        fault: 'some networks believe another origin',
        inject: (teller) => teller.tell(glassOf({ misled: 20 })),
        mend: well,
        expected: { state: 'degraded', cause: 'wrong_origin' },
      },
      {
        fault: 'most networks believe another origin',
        inject: (teller) => teller.tell(glassOf({ misled: 200 })),
        mend: well,
        expected: { state: 'down', cause: 'wrong_origin' },
      },
      {
        fault: 'a collector with thirty peers is away',
        inject: (teller) => teller.tell(glassOf({ peers: 270 })),
        mend: well,
        expected: 'nothing',
      },
      {
        fault: 'the way to us changes',
        inject: (teller) => teller.tell(glassOf({ upstream: 64_999 })),
        mend: well,
        expected: 'nothing',
      },
    ],
  });
});
