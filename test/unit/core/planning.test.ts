// What somebody may plan, and what is refused.
import { expect, test } from 'vitest';
import { Maintenance } from '../../../server/core/maintenance.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import { plan } from '../../../server/core/planning.ts';
import type { Plan } from '../../../server/core/planning.ts';
import { hours, makeCheck, makeConfig, makeService, start } from '../../support/watch.ts';

const config = makeConfig([makeService('site', [makeCheck('web')])]);
const title = { fr: 'Travaux', en: 'Works' };
const running: Window = {
  id: 'r',
  title,
  services: ['site'],
  checks: [],
  from: start - hours,
  until: start + hours,
};
const over: Window = { ...running, id: 'o', until: start - 1 };
const coming: Window = { ...running, id: 'c', from: start + 1 };

const desk = (kept: readonly Window[] = [running, over, coming], now = start) => ({
  maintenance: new Maintenance(config, kept),
  services: new Map([['site', 1]]),
  checks: new Map([['web', 1]]),
  timezone: 'Europe/Paris',
  now,
});

const adding = (part: Partial<Window> = {}): Plan => ({
  kind: 'add',
  window: { title, services: ['site'], checks: ['web'], from: start, until: start + hours, ...part },
});

test('a window that is added is named after its day where the organisation is', () => {
  expect(plan(adding(), desk())).toEqual({
    id: 'by-hand@2026-03-01',
    title,
    services: ['site'],
    checks: ['web'],
    from: start,
    until: start + hours,
    madeAt: start,
    changedAt: start,
  });
  // 23:30 of UTC is the next day in Paris.
  const late = adding({ from: start + 23.5 * hours, until: start + 24 * hours });
  expect(plan(late, desk())).toMatchObject({ id: 'by-hand@2026-03-02' });
});

test('two of one day have two names, even if the first was taken back', () => {
  const first: Window = { ...running, id: 'by-hand@2026-03-01', cancelled: true };
  expect(plan(adding(), desk([first]))).toMatchObject({ id: 'by-hand@2026-03-01.2' });
  const second: Window = { ...first, id: 'by-hand@2026-03-01.2' };
  expect(plan(adding(), desk([first, second]))).toMatchObject({ id: 'by-hand@2026-03-01.3' });
});

test.for([
  [adding({ services: ['mail'] }), 'no-such-service'],
  [adding({ checks: ['mail'] }), 'no-such-check'],
  [adding({ services: ['constructor'] }), 'no-such-service'],
  [adding({ services: [], checks: [] }), 'nothing-touched'],
  [adding({ until: start }), 'no-end'],
  [adding({ until: start + 30 * 24 * hours + 1 }), 'too-long'],
  [{ kind: 'end', id: 'nosuch' }, 'no-such-window'],
  [{ kind: 'cancel', id: 'nosuch' }, 'no-such-window'],
  [{ kind: 'end', id: 'o' }, 'not-running'],
  [{ kind: 'end', id: 'c' }, 'not-running'],
] as const)('%o is refused: %s', ([asked, expected]) => {
  expect(plan(asked, desk())).toBe(expected);
});

test('what ends does so now, and what is taken back is so whenever it was', () => {
  expect(plan({ kind: 'end', id: 'r' }, desk())).toEqual({ ...running, until: start, changedAt: start });
  for (const window of [running, over, coming])
    expect(plan({ kind: 'cancel', id: window.id }, desk())).toEqual({
      ...window,
      cancelled: true,
      changedAt: start,
    });
});

test('there is an end to how many windows are known', () => {
  const many = Array.from({ length: 2_000 }, (_, i) => ({ ...running, id: `${i}` }));
  expect(plan(adding(), desk(many))).toBe('full');
  expect(plan(adding(), desk(many.slice(1)))).toMatchObject({ from: start });
});
