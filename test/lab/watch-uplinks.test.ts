// A small Internet of real routers: whose fault is it when much is gone at once?
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { behindUplinks } from '../support/behind-uplinks.ts';
import { makeFolder, removeFolder } from '../support/daemon.ts';
import { historyOf } from '../support/history.ts';
import type { History } from '../support/history.ts';
import { canInternet, startInternet } from '../support/internet.ts';
import type { Internet } from '../support/internet.ts';
import { startVigie } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';

const patience = { timeout: 60_000, interval: 100 };
const allUp = { network: 'up', web: 'up', marseille: 'up' };

describe.skipIf(!canInternet)('behind two upstreams', { timeout: 180_000 }, () => {
  const started = new AsyncDisposableStack();
  let internet: Internet;
  let vigie: RunningVigie;
  let history: History;
  beforeAll(async () => {
    internet = started.use(await startInternet());
    const folder = makeFolder('watch');
    started.defer(() => removeFolder(folder));
    vigie = started.use(await startVigie(folder, behindUplinks(internet)));
    history = historyOf(vigie.database);
  });
  afterAll(() => started.disposeAsync());

  const until = (states: Readonly<Record<string, string>>) =>
    vi.waitFor(async () => {
      const { services } = await vigie.status();
      expect(Object.fromEntries(services.map(({ id, state }) => [id, state]))).toEqual(states);
    }, patience);
  const outages = () => history.outages('service');
  let before: number;
  beforeEach(async () => {
    await internet.mend();
    await until(allUp);
    before = outages().length;
  });
  /** The outages of services since a test began. */
  const seen = () => outages().slice(before);

  test('one session is down: the network is degraded, and the session has a name', async () => {
    internet.pull('gitoyen-1');
    await until({ ...allUp, network: 'degraded' });
    expect(seen()).toMatchObject([
      {
        subject: { id: 'network' },
        state: 'degraded',
        finding: { cause: 'session_down', evidence: expect.stringContaining('gitoyen-1') },
      },
    ]);
    expect(seen()[0]!.finding.evidence).not.toContain('gitoyen-2');

    await internet.mend();
    await until(allUp);
    expect(seen()).toMatchObject([{ end: { how: 'recovered' } }]);
  });

  test('both sessions are down: so is the network, and what is behind it', async () => {
    internet.pull('gitoyen-1', 'gitoyen-2');
    await until({ network: 'down', web: 'down', marseille: 'down' });
    expect((await vigie.status()).blindSince).toBeUndefined();

    await internet.mend();
    await until(allUp);
  });

  test('our own link is down: nothing is known, and nobody blamed', async () => {
    internet.pull('prober');
    await until({ network: 'unknown', web: 'unknown', marseille: 'unknown' });
    expect((await vigie.status()).blindSince).toBeDefined();

    await internet.mend();
    await until(allUp);
    expect(seen()).toEqual([]);
  });

  test('the remote site is cut off and its uplink answers: it is down alone', async () => {
    internet.pull('marseille');
    await until({ ...allUp, marseille: 'down' });
    const uplink = { check: 'marseille-uplink', state: 'up' };
    expect(await vigie.metric('vigie_check_state', uplink)).toBe(1);

    await internet.mend();
    await until(allUp);
    expect(seen()).toMatchObject([
      { subject: { id: 'marseille' }, state: 'down', end: { how: 'recovered' } },
    ]);
  });
});
