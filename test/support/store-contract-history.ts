// What every store must tell of a window, and keep when it makes less of what is old.
import { expect, test } from 'vitest';
import type { Store } from '../../server/app/ports.ts';
import type { Subject } from '../../server/core/effects.ts';
import { always, noEffects, outage, recovered, result, series4, span } from './effects.ts';
import { hours, minutes, start } from './watch.ts';

export const history = (store: () => Store): void => {
  const probed = Array.from({ length: 30 }, (_, i) =>
    result(start + i * 10 * minutes, {
      totalUs: 1_000 * (i + 1),
      phasesUs: { connect: 100, query: 900 },
      ...(i % 10 === 9 && { grade: 'bad', cause: 'refused', evidence: 'refused' }),
    }),
  );
  const window = { from: start, to: start + 5 * hours };
  const condense = async (now: number): Promise<number> => {
    let slices = 0;
    while (await store().condense(now)) slices += 1;
    return slices;
  };

  test('tells what a window was like, and the same once it is rolled up and sealed', async () => {
    await store().commit({ ...noEffects, results: probed });
    const before = await store().history(series4, window);
    expect(before).toMatchObject({
      widthMs: 5 * minutes,
      all: { good: 27, bad: 3, durations: { minUs: 1_000 } },
    });
    expect(before.buckets).toHaveLength(30);
    expect(before.buckets[1]).toMatchObject({
      at: start + 10 * minutes,
      good: 1,
      durations: { sumUs: 2_000 },
    });
    expect(await condense(start + 6 * hours)).toBe(30 + 5);
    expect(await condense(start + 6 * hours)).toBe(0);
    expect(await store().history(series4, window)).toEqual(before);
    expect(await store().results(series4, always)).toEqual(probed.map((one) => expect.objectContaining(one)));
  });

  test('condenses nothing that may still come in', async () => {
    await store().commit({ ...noEffects, results: probed.slice(0, 1) });
    expect(await condense(start + 6 * minutes)).toBe(0);
    expect(await condense(start + 2 * hours - 1)).toBe(1);
    expect(await condense(start + 2 * hours)).toBe(1);
  });

  test('tells of a phase what was measured of it, and of what it has never seen nothing', async () => {
    await store().commit({ ...noEffects, results: probed });
    const phase = await store().history(series4, { ...window, phase: 'query' });
    expect(phase.all.durations).toMatchObject({ minUs: 900, maxUs: 900 });
    const nothing = { widthMs: 5 * minutes, all: { good: 0, poor: 0, bad: 0, invalid: 0 }, buckets: [] };
    expect(await store().history(series4, { ...window, phase: 'tls' })).toEqual(nothing);
    expect(await store().history({ ...series4, check: 'none' }, window)).toEqual(nothing);
  });

  test('adds a late result to what is rolled up and sealed already, and takes none twice', async () => {
    const [late, ...others] = probed;
    await store().commit({ ...noEffects, results: others });
    await condense(start + 8 * hours);
    await store().commit({ ...noEffects, results: probed });
    expect(await store().results(series4, { ...always, limit: 1 })).toEqual([late]);
    await condense(start + 8 * hours);
    expect((await store().history(series4, window)).all).toMatchObject({ good: 27, bad: 3 });
    expect(await store().results(series4, always)).toHaveLength(30);
  });

  test('prunes sealed hours with the results, and still knows what they were like', async () => {
    await store().commit({ ...noEffects, results: probed });
    await condense(start + 8 * hours);
    const before = { results: start + 2 * hours, evidence: 0, told: 0 };
    expect(await store().prune(before)).toBe(2);
    expect(await store().prune(before)).toBe(0);
    expect(await store().results(series4, always)).toHaveLength(18);
    expect((await store().history(series4, window)).all).toMatchObject({ good: 27, bad: 3 });
  });

  test('prunes five minutes after nine days, and tells of their hours instead', async () => {
    await store().commit({ ...noEffects, results: probed });
    const later = result(start + 11 * 24 * hours);
    await store().commit({ ...noEffects, results: [later] });
    await condense(later.at + 8 * hours);
    await store().prune({ results: later.at, evidence: 0, told: 0 });
    await store().prune({ results: later.at, evidence: 0, told: 0 });
    const told = await store().history(series4, { from: start + 30 * minutes, to: start + 5 * hours });
    expect(told).toMatchObject({ widthMs: hours, all: { good: 27, bad: 3 } });
    expect(told.buckets.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4].map((hour) => start + hour * hours));
  });

  test('gives the spans of several services at once, without a word on why', async () => {
    const of = (id: string, since: number) => span(since, { subject: { kind: 'service', id } });
    const finding = { cause: 'refused', evidence: 'refused' } as const;
    const spans = [of('mail', 10), of('mail', 30), of('web', 10), of('web', 22), of('dns', 20), span(10)];
    await store().commit({
      ...noEffects,
      spans: [...spans, { ...of('web', 23), state: 'down', extent: 'major', finding }],
    });
    expect(await store().spansOf(['mail', 'web', 'ftp'], 20, 30)).toEqual(
      new Map([
        ['mail', [{ since: 10, state: 'up' }]],
        [
          'web',
          [
            { since: 10, state: 'up' },
            { since: 22, state: 'up' },
            { since: 23, state: 'down', extent: 'major' },
          ],
        ],
        ['ftp', []],
      ]),
    );
  });

  test('gives of a named service what had not ended by then, and what goes on', async () => {
    const subject: Subject = { kind: 'service', id: 'web' };
    const ended = [outage(10, { subject, end: recovered(20) }), outage(18, { subject, end: recovered(21) })];
    await store().commit({ ...noEffects, outages: [...ended, outage(25, { subject }), outage(40)] });
    const told = await store().outages({ from: 20, to: 40, limit: 9, services: ['web', 'mail'] });
    expect(told.map(({ startedAt }) => startedAt)).toEqual([25, 18]);
  });

  test('takes back with a span what was said of its subject from then on: the clock was set back', async () => {
    const [long, short] = [outage(10, { end: recovered(20) }), outage(22, { end: recovered(24) })];
    const other = outage(12, {
      id: 'service:db1@12',
      subject: { kind: 'service', id: 'db1' },
      end: recovered(20),
    });
    await store().commit({ ...noEffects, outages: [long, short, other, outage(30)] });
    const again = outage(17, { end: recovered(18) });
    await store().commit({ ...noEffects, spans: [span(15), span(17), span(18)], outages: [again] });
    const left = { ...long, confirmedAt: 15, end: recovered(15) };
    expect(await store().outages(always)).toEqual([outage(30), again, other, left]);
  });
};
