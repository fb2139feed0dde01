import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import { Observing } from '../../support/observing.ts';
import {
  makeCheck,
  makeConfig,
  makeReport,
  makeService,
  minutes,
  oneCheck,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';

describe('an observer', () => {
  test('writes what it is told within a second, in one transaction for all that comes together', async () => {
    const observing = new Observing();
    await observing.live(10 * seconds);
    expect(observing.results).toBe(10);
    const before = observing.attempts.length;
    for (let index = 0; index < 50; index++)
      observing.observer.receive([makeReport(seriesKey('web'), start + 20_000 + index, 'good')]);
    await observing.time.pass(seconds);
    expect(observing.results).toBe(60);
    expect(observing.attempts.length).toBe(before + 1);
    expect(observing.told).toEqual(observing.kept);
  });

  test('writes nothing when nothing has happened', async () => {
    const observing = new Observing();
    await observing.live(seconds);
    const { timers } = observing;
    const attempts = observing.attempts.length;
    await observing.time.pass(minutes);
    expect(observing.attempts.length).toBe(attempts);
    expect(observing.timers - timers).toBeLessThan(minutes / (2 * seconds));
  });

  test('asks for what is in doubt to be looked at again, and for every witness at once', async () => {
    const observing = new Observing(oneCheck({}, ['near', 'far']));
    await observing.live(seconds);
    observing.rechecks.length = 0;
    await observing.live(seconds, 'bad');
    expect(observing.rechecks).toEqual([
      [seriesKey('web'), 5 * seconds + 9],
      [seriesKey('near'), 0],
      [seriesKey('far'), 0],
    ]);
  });

  test('asks at once whoever can say more about an outage that opens, and no more after that', async () => {
    const way = makeCheck('way', { askedOn: ['refused'], families: [4, 6] });
    const observing = new Observing(makeConfig([makeService('site', [makeCheck('web'), way])]));
    await observing.live(seconds);
    await observing.live(minutes, 'bad');
    expect(observing.rechecks.filter(([{ check }]) => check === 'way')).toEqual([
      [seriesKey('way', 4), 0],
      [seriesKey('way', 6), 0],
    ]);
  });

  test('says that what it no longer hears of is unknown', async () => {
    const observing = new Observing();
    await observing.live(5 * seconds);
    await observing.time.pass(5 * minutes);
    expect(observing.kept.flatMap(({ spans }) => spans).at(-1)).toMatchObject({
      state: 'unknown',
      since: start + 4 * seconds - 1,
    });
  });

  test('says when we cannot probe, until the check is gone', async () => {
    const observing = new Observing(oneCheck({}, ['near']));
    const unfit = { kind: 'invalid', cause: 'self_misconfigured', evidence: 'no fping' } as const;
    const report = (check: string) => ({
      ...makeReport(seriesKey(check), observing.time.clock.now(), 'good'),
      outcome: { ...unfit, phasesUs: {}, totalUs: 0, facts: {} },
    });
    const hear = () => observing.observer.receive([report('web'), report('near')]);
    hear();
    hear();
    const said = () => observing.events('probe.unfit').map(({ fields }) => fields?.['series']);
    expect(said()).toEqual(['web/local/4', 'near/local/4']);
    observing.observer.configure(oneCheck());
    observing.observer.configure(oneCheck({}, ['near']));
    hear();
    expect(said()).toEqual(['web/local/4', 'near/local/4', 'near/local/4']);
    observing.observer.configure(oneCheck({}, ['near']));
    hear();
    expect(said()).toHaveLength(3);
  });

  test('judges by the configuration it has', async () => {
    const observing = new Observing();
    await observing.live(seconds);
    observing.observer.configure(makeConfig([makeService('mail', [makeCheck('mx')])]));
    observing.observer.receive([makeReport(seriesKey('mx'), observing.time.clock.now(), 'good')]);
    await observing.live(seconds, 'bad');
    expect(observing.watch.services.get('mail')?.timeline.state).toBe('up');
    expect(observing.state).toBeUndefined();
  });
});

describe('an observer that is stopped', () => {
  test('writes what it still has, and then nothing more', async () => {
    const observing = new Observing();
    await observing.live(5 * seconds);
    observing.observer.receive([makeReport(seriesKey('web'), start + 9 * seconds, 'good')]);
    await observing.observer.stop();
    expect(observing.results).toBe(6);
    expect(await observing.time.isOver()).toBe(true);
  });

  test('waits for what is being written, and then writes the rest', async () => {
    const observing = new Observing();
    await observing.live(5 * seconds);
    observing.disk = 'hangs';
    await observing.live(2 * seconds);
    observing.disk = 'works';
    let stopped = false;
    const stopping = observing.observer.stop().then(() => (stopped = true));
    await observing.time.pass(seconds);
    expect(stopped).toBe(false);
    observing.goOn();
    await stopping;
    expect(observing.results).toBe(7);
  });

  test('does not wait for a disk that stays full', async () => {
    const observing = new Observing();
    observing.disk = new StoreError('store.full', 'The disk is full.');
    await observing.live(5 * seconds);
    const before = observing.attempts.length;
    await observing.observer.stop();
    expect(observing.attempts.length).toBe(before + 1);
    expect(await observing.time.isOver()).toBe(true);
  });
});
