import { expect, test } from 'vitest';
import { Draft } from '../../../server/core/draft.ts';
import type { Outage, Span } from '../../../server/core/effects.ts';
import { unseen } from '../../../server/core/judge.ts';
import type { Result } from '../../../server/core/result.ts';
import { blind, learned, noEffects } from '../../support/effects.ts';
import { seriesKey, start } from '../../support/watch.ts';

const web = { kind: 'check', id: 'web' } as const;
const span = (since: number, state: Span['state'], id = 'web'): Span => ({
  subject: { kind: 'check', id },
  since: start + since,
  state,
});
const outage: Outage = {
  id: 'check:web@1',
  subject: web,
  state: 'down',
  startedAt: start,
  confirmedAt: start,
  finding: { cause: 'refused', evidence: '' },
};
const result = (at: number): Result => ({
  series: seriesKey('web'),
  at,
  grade: 'good',
  totalUs: 1,
  phasesUs: {},
  facts: {},
});
const window = { id: 'switch', title: { fr: '', en: '' }, services: [], checks: [], from: 1, until: 2 };

test('a draft is empty until something is put into it', () => {
  const draft = new Draft();
  expect(draft.isEmpty).toBe(true);
  expect(draft.effects()).toEqual(noEffects);
  draft.result(result(1));
  expect(draft.isEmpty).toBe(false);
});

test('the last word on a standing, a span and an outage counts', () => {
  const draft = new Draft();
  draft.standing(seriesKey('web'), unseen);
  draft.standing(seriesKey('web'), { ...unseen, since: start });
  draft.written({ spans: [span(1, 'up'), span(1, 'down')], outages: [outage] });
  const ended = { ...outage, end: { at: start + 5, how: 'recovered' } } as const;
  draft.add({ ...noEffects, outages: [ended] });
  expect(draft.effects()).toMatchObject({
    standings: [{ standing: { ...unseen, since: start } }],
    spans: [span(1, 'down')],
    outages: [ended],
  });
});

test('a span takes back what was said before of the time from its beginning on', () => {
  const draft = new Draft();
  const ended = (since: number, until: number, id = 'web'): Outage => ({
    ...outage,
    id: `check:${id}@${since}`,
    subject: { kind: 'check', id },
    startedAt: start + since,
    confirmedAt: start + since,
    end: { at: start + until, how: 'recovered' },
  });
  draft.written({ outages: [ended(0, 3), ended(3, 8), ended(9, 10), ended(3, 8, 'mail'), outage] });
  draft.add({ ...noEffects, spans: [span(5, 'up')], outages: [ended(6, 7)] });
  expect(draft.effects().outages).toEqual([
    ended(0, 3),
    ended(3, 5),
    { ...ended(5, 5), id: 'check:web@9' },
    ended(3, 8, 'mail'),
    outage,
    ended(6, 7),
  ]);
});

test('the last word on what was learned of a phase counts', () => {
  const draft = new Draft();
  draft.learned([learned('commit'), learned('read')]);
  expect(draft.isEmpty).toBe(false);
  draft.add({ ...noEffects, learned: [learned('commit', { keptAt: 9 })] });
  expect(draft.effects().learned).toEqual([learned('commit', { keptAt: 9 }), learned('read')]);
});

test('a span takes the place of all later ones of its subject, and of no other', () => {
  const draft = new Draft();
  draft.written({ spans: [span(1, 'up'), span(9, 'down'), span(9, 'down', 'mail')] });
  draft.written({ spans: [span(5, 'unknown')] });
  expect(draft.effects().spans).toEqual([span(1, 'up'), span(5, 'unknown'), span(9, 'down', 'mail')]);
});

test('notables and results are kept in their order', () => {
  const draft = new Draft();
  const notable = (key: string) => blind(key);
  draft.written({ notables: [notable('a')] });
  draft.add({ ...noEffects, results: [result(1), result(2)], notables: [notable('b'), notable('a')] });
  expect(draft.effects().notables.map(({ key }) => key)).toEqual(['a', 'b', 'a']);
  expect(draft.effects().results.map(({ at }) => at)).toEqual([1, 2]);
});

test('only the oldest results are shed', () => {
  const draft = new Draft();
  draft.add({ ...noEffects, results: [1, 2, 3, 4].map(result), spans: [span(1, 'up')] });
  expect(draft.shed(10)).toBe(0);
  expect(draft.shed(1)).toBe(3);
  expect(draft.effects()).toMatchObject({ results: [result(4)], spans: [span(1, 'up')] });
});

test('what is taken is everything with the oldest results, and only newer results stay', () => {
  const draft = new Draft();
  const notable = blind('a');
  const rest = {
    ...noEffects,
    standings: [{ series: seriesKey('web'), standing: unseen }],
    learned: [learned('commit')],
    spans: [span(1, 'up')],
    outages: [outage],
    notables: [notable],
    windows: [window],
  };
  draft.add({ ...rest, results: [1, 2, 3].map(result) });
  const taken = draft.take(2);
  expect(taken).toEqual({ ...rest, results: [result(1), result(2)] });
  expect(draft.effects()).toEqual({ ...noEffects, results: [result(3)] });
  draft.add({ ...noEffects, notables: [notable], results: [result(4)] });
  expect(taken).toEqual({ ...rest, results: [result(1), result(2)] });
  expect(draft.take(5)).toEqual({ ...noEffects, notables: [notable], results: [result(3), result(4)] });
  expect(draft.isEmpty).toBe(true);
});
