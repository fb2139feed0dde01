import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calm, live, someLife } from './sequences.ts';
import { runs } from '../../support/fuzz.ts';

fc.configureGlobal({ numRuns: runs(150) });

const anything = someLife({ surprises: ['silence', 'restart', 'reload', 'clock set back'] });
const withoutSteps = someLife({ surprises: ['silence', 'restart', 'reload'] });

describe('sight', () => {
  // What is combined may begin later than the first failure in it.
  const ofOneSeries: readonly string[] = ['imap', 'queue', 'web'];

  test('7: nothing is ever confirmed down while no witness was seen since it began to fail', () => {
    fc.assert(
      fc.property(withoutSteps, (chapters) => {
        let sightedAt = 0;
        live(chapters, {
          oneByOne: true,
          each: ({ results, notables }) => {
            for (const { series, grade, at } of results)
              if (['near', 'far'].includes(series.check) && (grade === 'good' || grade === 'poor'))
                sightedAt = at;
            for (const notable of notables)
              if (
                notable.kind === 'outage-opened' &&
                notable.outage.state === 'down' &&
                ofOneSeries.includes(notable.outage.subject.id)
              )
                expect(sightedAt).toBeGreaterThanOrEqual(notable.outage.startedAt);
          },
        });
      }),
    );
  });

  test('7: nothing is opened while we are blind', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        live(chapters, {
          oneByOne: true,
          each: ({ notables }, _, { watch }) => {
            if (watch.sight.blind)
              expect(notables.filter(({ kind }) => kind === 'outage-opened')).toEqual([]);
          },
        });
      }),
    );
  });

  test('every blindness is told once, and its end once', () => {
    fc.assert(
      fc.property(anything, (chapters) => {
        const { archive } = live([...chapters, calm(2, 'good')]).lookout;
        const told = archive.notables.filter((notable) => !('outage' in notable)).map(({ kind }) => kind);
        expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 'blind' : 'sighted')));
        expect(told.length % 2).toBe(0);
      }),
    );
  });
});
