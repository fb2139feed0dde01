import { describe, expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import { SignsOfLife } from '../../../server/app/dead-mans-switch.ts';
import { StoreError } from '../../../server/app/ports.ts';
import { Vitals } from '../../../server/app/vitals.ts';
import type { Delivery } from '../../../server/core/alerts/message.ts';
import { noEffects } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { makeMessage } from '../../support/message.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { minutes, seconds, start } from '../../support/watch.ts';

const url = new Secret('https://hc.example.org/canary');

/** Signs of a Vigie whose organs a test makes sick; all of them are well as long as it is told nothing else. */
class Patient {
  readonly time = new PassingTime(start);
  readonly store = openInMemory();
  readonly given: number[] = [];
  readonly results: string[] = [];
  readonly lines: string[] = [];
  answer: () => Promise<Delivery> = async () => ({ kind: 'delivered' });
  storeAnswers: 'at once' | 'never' | StoreError = 'at once';
  readonly vitals = new Vitals({
    clock: this.time.clock,
    timers: this.time.timers,
    store: {
      waitingRoutes: async () => {
        if (this.storeAnswers === 'never') await new Promise(() => {});
        if (this.storeAnswers instanceof StoreError) throw this.storeAnswers;
        return this.store.waitingRoutes();
      },
      undelivered: (route, limit) => this.store.undelivered(route, limit),
    },
  });
  readonly signs: SignsOfLife;
  schedulerIsHeard = true;

  constructor() {
    const { timers, clock } = this.time;
    const log = (event: string, fields: object = {}) =>
      void this.lines.push([event, ...Object.values(fields)].join(' '));
    this.signs = new SignsOfLife({
      ailment: () => this.vitals.ailment(),
      give: (asked) => {
        expect(asked).toBe(url);
        this.given.push((clock.now() - start) / seconds);
        return this.answer();
      },
      timers,
      log: { info: log, warn: log, error: log },
      happened: (result) => this.results.push(result),
    });
    this.signs.configure([{ url, everyMs: minutes }]);
    const report = () => {
      if (this.schedulerIsHeard) this.vitals.counted({ missed: 0, latenessSeconds: [0.01] });
      timers.after(5 * seconds, report);
    };
    report();
  }

  /** A message waits since now. */
  async decide(route = 'admins'): Promise<void> {
    const message = makeMessage({ key: `k/${this.time.nowMs}`, route, at: this.time.clock.now() });
    await this.store.commit({ ...noEffects, messages: [message] });
  }
}

test('a sign is given soon, and then at each interval', async () => {
  const { time, given, results, lines } = new Patient();
  await time.pass(3 * minutes + 30 * seconds);
  expect(given).toEqual([10, 70, 130, 190]);
  expect(results).toEqual(['given', 'given', 'given', 'given']);
  expect(lines).toEqual([]);
});

describe('no sign is given', () => {
  test('while the scheduler is silent', async () => {
    const patient = new Patient();
    await patient.time.pass(minutes);
    patient.schedulerIsHeard = false;
    await patient.time.pass(3 * minutes);
    expect(patient.given).toEqual([10, 70]);
    expect(patient.results.slice(2)).toEqual(['held', 'held']);
    expect(patient.lines).toEqual([
      expect.stringMatching(/^dead-mans-switch\.held scheduler silent for \d+ s$/),
    ]);
    patient.schedulerIsHeard = true;
    await patient.time.pass(minutes);
    expect(patient.results.at(-1)).toBe('given');
    expect(patient.lines.at(-1)).toBe('dead-mans-switch.gives-again scheduler');
  });

  test('while the scheduler misses what is due', async () => {
    const patient = new Patient();
    patient.schedulerIsHeard = false;
    patient.vitals.counted({ missed: 5, latenessSeconds: [1, 2, 3] });
    await patient.time.pass(15 * seconds);
    expect(patient.results).toEqual(['held']);
    patient.vitals.counted({ missed: 1, latenessSeconds: [1, 2, 3] });
    await patient.time.pass(minutes - 30 * seconds);
    patient.vitals.counted({ missed: 0, latenessSeconds: [] });
    await patient.time.pass(30 * seconds);
    expect(patient.results).toEqual(['held', 'given']);
  });

  test('while nothing that is decided is kept', async () => {
    const patient = new Patient();
    await patient.time.pass(20 * seconds);
    patient.vitals.decided({ ...noEffects, messages: [makeMessage()] });
    await patient.time.pass(2 * minutes);
    expect(patient.results).toEqual(['given', 'held', 'held']);
    expect(patient.lines).toEqual(['dead-mans-switch.held store nothing kept for 50 s']);
    patient.vitals.kept();
    await patient.time.pass(minutes);
    expect(patient.results.at(-1)).toBe('given');
  });

  test.for([
    ['fails', new StoreError('store.io', 'The disk is gone.')],
    ['hangs', 'never'],
  ] as const)('while the store %s', async ([, answers]) => {
    const patient = new Patient();
    patient.storeAnswers = answers;
    await patient.time.pass(2 * minutes);
    expect(patient.results).toEqual(['held', 'held']);
    expect(patient.lines).toEqual(['dead-mans-switch.held store it does not answer']);
  });

  test('while nobody can be told what waits', async () => {
    const patient = new Patient();
    await patient.decide();
    await patient.time.pass(4 * minutes);
    expect(patient.results).toEqual(['given', 'given', 'given', 'given']);
    await patient.time.pass(2 * minutes);
    expect(patient.results.slice(4)).toEqual(['given', 'held']);
    expect(patient.lines).toEqual(['dead-mans-switch.held outbox nobody could be told anything for 310 s']);
  });
});

test('signs go on while nothing is decided that would have to be kept', async () => {
  const patient = new Patient();
  patient.vitals.decided(noEffects);
  await patient.time.pass(5 * minutes);
  expect(new Set(patient.results)).toEqual(new Set(['given']));
});

test('signs go on while one route is broken and another one tells', async () => {
  const patient = new Patient();
  await patient.decide('irc');
  await patient.time.pass(minutes);
  patient.vitals.delivered();
  await patient.time.pass(30 * minutes);
  expect(new Set(patient.results)).toEqual(new Set(['given']));
});

test('a sign that did not arrive is told without its address, and the next one is given', async () => {
  const patient = new Patient();
  patient.answer = async () => ({ kind: 'deferred', evidence: 'answered 503' });
  await patient.time.pass(20 * seconds);
  expect(patient.results).toEqual(['failed']);
  expect(patient.lines).toEqual(['dead-mans-switch.failed 1 answered 503']);
  patient.answer = async () => ({ kind: 'delivered' });
  await patient.time.pass(minutes);
  expect(patient.results).toEqual(['failed', 'given']);
});

test('a sign under way holds up none that is due', async () => {
  const patient = new Patient();
  patient.answer = () => new Promise(() => {});
  await patient.time.pass(3 * minutes);
  expect(patient.given).toHaveLength(3);
});

test('whoever is no longer in the configuration gets no sign', async () => {
  const patient = new Patient();
  patient.signs.configure([]);
  await patient.time.pass(10 * minutes);
  expect(patient.given).toEqual([]);
});
