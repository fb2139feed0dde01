// Packets get lost: the way that they should have taken is followed as soon as that is confirmed, whatever its schedule.
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { historyOf } from '../support/history.ts';
import { installed } from '../support/installed.ts';
import { canRoad, makeRoad } from '../support/road.ts';
import { startVigie } from '../support/vigie.ts';

const patience = { timeout: 25_000, interval: 100 };

test.skipIf(!canRoad || !installed('fping'))('a loss that is confirmed has the way followed', async () => {
  using road = makeRoad();
  // On its schedule the way is followed once a year.
  await using vigie = await startVigie(
    temporaryFolder(),
    `
services:
  - id: far
    name: far
    checks:
      - id: echo
        type: ping
        host: ${road.address}
        count: 4
        period: 50ms
        every: 2s
        timeout: 1500ms
        confirm: { over: 2s, recheck: 1s }
      - id: way
        type: path
        host: ${road.address}
        count: 4
        period: 100ms
        cron: '0 4 1 1 *'
        supporting: true
`,
  );
  const history = historyOf(vigie.database);
  await vi.waitFor(() => expect(history.results('echo').length).toBeGreaterThan(2), patience);
  expect(history.outages('check', 'echo')).toEqual([]);
  expect(history.results('way')).toEqual([]);

  road.route('r2', 'blackhole END');
  await vi.waitFor(() => expect(history.results('way')).not.toEqual([]), patience);
  const [outage] = history.outages('check', 'echo');
  expect(outage).toMatchObject({ state: 'down', finding: { cause: 'timeout_reply' } });
  const [followed] = history.results('way');
  expect(followed).toMatchObject({ cause: 'unreachable', evidence: expect.stringContaining('after hop 1') });
  expect(followed!.at).toBeGreaterThan(outage!.startedAt);
  await vigie.end();
});
