import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dependency } from '../../../config/config.ts';
import type { Outage } from '../../../server/core/effects.ts';
import { subjectId } from '../../../server/core/effects.ts';
import { runs } from '../../support/fuzz.ts';
import { makeConfig } from '../../support/watch.ts';
import { calm, config, live, someLife } from './sequences.ts';

fc.configureGlobal({ numRuns: runs(100) });

const life = someLife({ surprises: ['silence', 'restart', 'reload', 'clock set back'] });
const steady = someLife({ surprises: ['restart', 'reload'] });

const smtp: Dependency = { kind: 'check', id: 'smtp' };
const web: Dependency = { kind: 'check', id: 'web' };

/** `web` ← `smtp` ← `imap`: a root, one that depends on it, and one that depends on both. */
const related = makeConfig(
  config.services.map((service) => ({
    ...service,
    checks: service.checks.map((check) => {
      if (check.id === 'smtp') return { ...check, dependsOn: [web] };
      return check.id === 'imap' ? { ...check, dependsOn: [smtp] } : check;
    }),
  })),
  config.witnesses,
);

const without = (outage: Outage): object =>
  Object.fromEntries(Object.entries(outage).filter(([key]) => key !== 'consequenceOf'));

describe('consequences', () => {
  test('never change a state, nor when an outage begins or ends, nor what is told of it', () => {
    fc.assert(
      fc.property(life, (chapters) => {
        const alone = live(chapters).lookout.archive;
        const together = live(chapters, { config: related }).lookout.archive;
        for (const subject of alone.subjects) expect(together.spans(subject)).toEqual(alone.spans(subject));
        expect(together.outages.map(without)).toEqual(alone.outages.map(without));
        expect(together.notables.map(({ key }) => key)).toEqual(alone.notables.map(({ key }) => key));
      }),
    );
  });

  test('are of an ancestor, whose own outage was open when they began to be', () => {
    fc.assert(
      fc.property(steady, (chapters) => {
        const down = new Set<string>();
        const marked = new Map<string, string>();
        live(chapters, {
          config: related,
          each: ({ outages }) => {
            for (const { subject, state, end } of outages)
              if (end === undefined && state === 'down') down.add(subjectId(subject));
            for (const { id, subject, consequenceOf, end } of outages) {
              const root = consequenceOf && subjectId(consequenceOf);
              if (root === undefined || marked.get(id) === root) continue;
              marked.set(id, root);
              expect(end).toBeUndefined();
              expect(['check:web', 'check:smtp']).toContain(root);
              expect([subjectId(subject), root]).not.toContain('check:queue');
              if (root === 'check:web') expect(down).toContain(root);
            }
          },
        });
      }),
    );
  });

  test('end: when all is well nothing is open, and nothing is explained', () => {
    fc.assert(
      fc.property(life, (chapters) => {
        const { lookout } = live([...chapters, calm(200, 'good')], { config: related });
        const { archive, watch } = lookout;
        expect(archive.outages.filter(({ end }) => end === undefined)).toEqual([]);
        for (const id of watch.checks.keys()) expect(watch.shadeOf({ kind: 'check', id })).toBeUndefined();
      }),
    );
  });

  test('do not outlast the root: what fails on when it is well is its own', () => {
    fc.assert(
      fc.property(life, (chapters) => {
        const rootIsWell = {
          ...calm(20, 'bad'),
          grades: ['good', 'good', 'bad', 'bad', 'bad', 'bad', 'good'] as const,
        };
        const { archive } = live([...chapters, calm(100, 'good'), calm(10, 'bad'), rootIsWell], {
          config: related,
        }).lookout;
        const open = archive.outages.filter(({ end }) => end === undefined);
        const of = (id: string) => open.find(({ subject }) => subjectId(subject) === `check:${id}`);
        expect(of('web')).toBeUndefined();
        expect(of('smtp')?.consequenceOf).toBeUndefined();
        expect(of('imap')?.consequenceOf).toEqual(smtp);
      }),
    );
  });
});
