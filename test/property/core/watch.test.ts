import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subjectId } from '../../../server/core/effects.ts';
import type { Outage, Span } from '../../../server/core/effects.ts';
import { availability, ledger } from '../../../server/core/uptime.ts';
import { Lookout } from '../../support/lookout.ts';
import { hours, makeReport, seconds, seriesKey, start } from '../../support/watch.ts';
import { calm, config, live, someLife } from './sequences.ts';

const anything = someLife({ surprises: ['silence', 'restart', 'reload', 'clock set back'] });
const withoutSteps = someLife({ surprises: ['silence', 'restart', 'reload'] });
const uninterrupted = someLife({ surprises: ['silence', 'reload'] });

const endOf = ({ end }: Outage): number => end?.at ?? Number.POSITIVE_INFINITY;

describe('invariants of history', () => {
  test('4: every outage is told once when it opens and once when it closes, in this order', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        const { archive } = live([...chapters, calm(80, 'good')]).lookout;
        expect(archive.repeated).toEqual([]);
        const open = new Set<string>();
        for (const notable of archive.notables) {
          if (!('outage' in notable)) continue;
          expect(open.has(notable.outage.id)).toBe(notable.kind === 'outage-closed');
          if (notable.kind === 'outage-opened') open.add(notable.outage.id);
          else open.delete(notable.outage.id);
        }
        expect([...open]).toEqual([]);
        expect(archive.outages.filter(({ end }) => end === undefined)).toEqual([]);
      }),
    );
  });

  test('11: the ledger of any window adds up to the window, for every subject', () => {
    fc.assert(
      fc.property(anything, fc.nat(), fc.nat(), (chapters, a, b) => {
        const { lookout, endAt } = live(chapters);
        const [from, length] = [start - hours + (a % (endAt + 2 * hours)), b % (endAt + hours)];
        for (const subject of lookout.archive.subjects) {
          const sums = ledger(lookout.archive.spans(subject), from, from + length);
          const parts = [sums.upMs, sums.degradedMs, sums.downMs, sums.unknownMs];
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(length);
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
          if (sums.downMs > 0) expect(availability(sums)).toBeLessThan(1);
        }
      }),
    );
  });

  test('11: spans follow one another without overlap, and outages do', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        const { archive } = live(chapters).lookout;
        for (const subject of archive.subjects) {
          const spans = archive.spans(subject);
          expect(spans.map(({ since }) => since)).toEqual(
            [...new Set(spans.map(({ since }) => since))].sort((a, b) => a - b),
          );
          for (const outage of archive.outagesOf(subject))
            expect(endOf(outage)).toBeGreaterThanOrEqual(outage.startedAt);
        }
      }),
    );
  });

  test('11: a span of down or degraded lies within one outage of that kind', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        const { archive } = live(chapters).lookout;
        for (const subject of archive.subjects) {
          const outages = archive.outagesOf(subject).toSorted((a, b) => a.startedAt - b.startedAt);
          outages.forEach((outage, index) =>
            expect(outages[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
              endOf(outage),
            ),
          );
          archive.spans(subject).forEach((span, index, spans) => {
            if (span.state !== 'down' && span.state !== 'degraded') return;
            const until = spans[index + 1]?.since ?? Number.POSITIVE_INFINITY;
            expect(outages.filter((outage) => surrounds(outage, span, until))).toHaveLength(1);
          });
        }
      }),
    );
  });

  test('a service is down only while a required check of it is', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        live(chapters, {
          each: (_, __, { watch }) => {
            for (const { checks, timeline } of watch.services.values()) {
              const required = checks.filter(({ config }) => !config.supporting);
              expect(timeline.state === 'down').toBe(
                required.some((check) => check.timeline.state === 'down'),
              );
            }
          },
        });
      }),
    );
  });
});

const surrounds = (outage: Outage, { state, since }: Span, until: number): boolean =>
  outage.state === state && outage.startedAt <= since && endOf(outage) >= until;

describe('determinism', () => {
  test('5: the same events give the same effects', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        const told = () => {
          const effects: unknown[] = [];
          live(chapters, { each: (step) => effects.push(step) });
          return JSON.stringify(effects);
        };
        expect(told()).toBe(told());
      }),
    );
  });

  test('5: how reports are batched changes nothing', () => {
    fc.assert(
      fc.property(uninterrupted, (chapters) => {
        const together = live(chapters).lookout.archive;
        const oneByOne = live(chapters, { oneByOne: true }).lookout.archive;
        for (const subject of together.subjects)
          expect(oneByOne.spans(subject)).toEqual(together.spans(subject));
        expect(oneByOne.notables).toEqual(together.notables);
      }),
    );
  });

  test('5: to start again from what was kept changes nothing, when no probe was missed', () => {
    fc.assert(
      fc.property(someLife({ surprises: [], blind: false }), (chapters) => {
        const once = live(chapters).lookout.archive;
        const again = live(chapters, { restartEveryRound: true }).lookout.archive;
        for (const subject of once.subjects) expect(again.history(subject)).toEqual(once.history(subject));
        expect(again.notables.map(({ key }) => key)).toEqual(once.notables.map(({ key }) => key));
      }),
    );
  });

  test('6: reports that come twice, or late, change nothing', () => {
    fc.assert(
      fc.property(uninterrupted, (chapters) => {
        const { lookout, endAt } = live(chapters);
        const before = lookout.archive.subjects.map((subject) => lookout.archive.history(subject));
        for (const check of ['smtp', 'imap', 'queue', 'web'])
          for (const grade of ['bad', 'good', 'bad', 'poor', 'bad'] as const)
            lookout.observe([makeReport(seriesKey(check), start + 1, grade)], start + endAt);
        expect(lookout.archive.subjects.map((subject) => lookout.archive.history(subject))).toEqual(before);
      }),
    );
  });
});

describe('what comes of a life', () => {
  test('3: when all is well again, all is up', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        const { archive } = live([...chapters, calm(80, 'good')]).lookout;
        for (const subject of archive.subjects) expect(archive.history(subject).at(-1)?.[0]).toBe('up');
      }),
    );
  });

  test('3: when all fails for good, all is down within three probes, whatever was before', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        const { watch } = live([...chapters, calm(4, 'bad')]).lookout;
        for (const { timeline } of watch.checks.values()) expect(timeline.state).toBe('down');
        for (const { timeline } of watch.services.values())
          expect(timeline).toMatchObject({ state: 'down', extent: 'major' });
      }),
    );
  });

  test('12: in silence all becomes unknown, and uptime does not grow', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 80, max: 10_000 }), (chapters, silence) => {
        const { lookout, endAt } = live(chapters);
        const seenMs = () =>
          lookout.archive.subjects.map((subject) => {
            const { upMs, degradedMs, downMs } = ledger(
              lookout.archive.spans(subject),
              0,
              start + endAt + silence * seconds,
            );
            return upMs + degradedMs + downMs;
          });
        lookout.tick(endAt + 71 * seconds);
        const before = seenMs();
        lookout.tick(endAt + silence * seconds);
        expect(seenMs()).toEqual(before);
        for (const { timeline } of lookout.watch.checks.values()) expect(timeline.state).toBe('unknown');
        for (const { timeline } of lookout.watch.services.values()) expect(timeline.state).toBe('unknown');
      }),
    );
  });

  test('13: what flaps faster than it is confirmed is told once at most', () => {
    const short = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(short, fc.constantFrom('good' as const, 'bad' as const), (flaps, first) => {
        const lookout = new Lookout(config);
        let at = 0;
        const probe = (grade: 'good' | 'bad', times: number) => {
          for (let n = 0; n < times; n++)
            lookout.see(['near', (at += 5 * seconds), 'good'], ['web', at + 1, grade]);
        };
        probe(first, 6);
        const before = lookout.archive.notables.length;
        for (const [bad, good] of flaps) {
          probe('bad', bad);
          probe('good', good);
        }
        // A check and its service are called degraded, and stay so for as long as it goes on.
        expect(lookout.archive.notables.length - before).toBeOneOf(first === 'bad' ? [0] : [0, 2]);
      }),
    );
  });

  test('5: a restart after a gap opens and closes nothing by itself', () => {
    fc.assert(
      fc.property(withoutSteps, fc.integer({ min: 75, max: 10_000 }), (chapters, gap) => {
        const { lookout, endAt } = live(chapters);
        const before = lookout.archive.notables.length;
        const open = lookout.archive.outages.filter(({ end }) => end === undefined);
        lookout.restart(config, endAt + gap * seconds);
        expect(lookout.archive.notables.length).toBe(before);
        expect(lookout.archive.outages.filter(({ end }) => end === undefined)).toEqual(open);
      }),
    );
  });
});

test('12: what is withdrawn is unknown from then on, and its outages end', () => {
  fc.assert(
    fc.property(anything, (chapters) => {
      const { lookout, endAt } = live(chapters);
      const nothing = { ...config, services: [] };
      lookout.configure(nothing, endAt);
      const { archive } = lookout.restart(nothing, endAt + hours);
      for (const subject of archive.subjects) expect(archive.history(subject).at(-1)?.[0]).toBe('unknown');
      for (const { end, subject } of archive.outages) expect(end?.how, subjectId(subject)).toBeDefined();
    }),
  );
});
