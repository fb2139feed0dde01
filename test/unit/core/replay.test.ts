// What was measured over an uplink that loses packets is judged once more as it was then.
import { expect, test } from 'vitest';
import type { Outcome } from '../../../checks/lib/outcome.ts';
import type { Outage } from '../../../server/core/effects.ts';
import { onlyCheck, replay } from '../../../server/core/replay.ts';
import type { Result } from '../../../server/core/result.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { Lookout } from '../../support/lookout.ts';
import {
  makeCheck,
  makeConfig,
  makeService,
  outcomeOf,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';

const witnesses = ['near', 'far', 'beyond'];
const config = makeConfig(
  [
    makeService('network', [{ ...makeCheck('uplink'), type: 'uplink', derived: true }, makeCheck('switch')]),
    {
      ...makeService('hosting', [makeCheck('host')]),
      dependsOn: [{ kind: 'service', id: 'network' }],
    },
    {
      ...makeService('web', [makeCheck('path', { slowMs: { total: 100 } })]),
      dependsOn: [{ kind: 'service', id: 'hosting' }],
    },
  ],
  witnesses.map((id) => makeCheck(id)),
);

const took = (ms: number, facts = {}): Outcome => ({ kind: 'ok', phasesUs: {}, totalUs: ms * 1_000, facts });
const late: Outcome = {
  kind: 'fail',
  cause: 'timeout_reply',
  evidence: 'no end after 10 ms',
  phasesUs: {},
  totalUs: 10_000,
  facts: {},
};

test('once more it is as it was: slow or silent while packets get lost, and while we are not fit to judge', () => {
  const results: Result[] = [];
  const lookout = new Lookout(config);
  let at = start;
  const live = (outcome: Outcome, lost: number, rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      at += 5 * seconds;
      const echoes = took(20, { sent: 10, received: 10 - lost });
      for (const [check, what] of [
        ...witnesses.map((id) => [id, echoes] as const),
        ['path', outcome] as const,
      ]) {
        const startedAt = check === 'path' ? at + 100 : at;
        const report = { series: seriesKey(check), startedAt, outcome: what, tainted: false };
        results.push(...lookout.observe([report], startedAt + what.totalUs / 1_000).effects.results);
      }
    }
  };
  live(took(1), 0, 10);
  live(late, 0, 5);
  live(took(1), 2, 8);
  live(took(300), 2, 12);
  live(late, 2, 20);
  live(took(300), 2, 12);
  live(took(1), 0, 20);
  live(took(300), 0, 12);
  live(outcomeOf('bad'), 2, 5);
  live(took(1), 0, 90);
  live(late, 0, 5);
  const condition = { elapsedMs: 5_000, clockStepMs: 0, families: [4] } as const;
  lookout.watch.feel({ ...condition, stalledMs: 5_000 }, at);
  live(took(1), 0, 12);
  lookout.watch.feel({ ...condition, stalledMs: 0 }, at);
  live(late, 0, 5);
  live(took(1), 0, 12);

  const told = ({ state, startedAt, end, finding }: Outage) => ({ state, startedAt, end, finding });
  const outages = lookout.archive.outagesOf('check:path').map(told);
  expect(outages.length).toBeGreaterThan(3);
  expect(outages.some(({ finding }) => finding.evidence.includes('the uplink loses'))).toBe(true);
  const only = onlyCheck(config, 'path')!;
  expect(only.services.flatMap(({ checks }) => checks.map(({ id }) => id))).toEqual([
    'uplink',
    'switch',
    'host',
    'path',
  ]);
  const memory = createSqliteStore(openDatabase(':memory:'));
  const kept = results.filter(({ series }) => series.check !== 'uplink');
  const again = replay(only, { parts: [kept], starts: [start], memory }, at + seconds);
  expect(again.filter(({ subject }) => subject.id === 'path').map(told)).toEqual(outages);
});
