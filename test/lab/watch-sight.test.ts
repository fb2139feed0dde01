// Vigie is cut off from the network: it says that it cannot see, and nothing of those whom it cannot see.
import { expect, test, vi } from 'vitest';
import { ledger } from '../../server/core/uptime.ts';
import { temporaryFolder } from '../support/folder.ts';
import { historyOf } from '../support/history.ts';
import { serviceOf, startTarget } from '../support/target.ts';
import type { Target } from '../support/target.ts';
import { startVigie } from '../support/vigie.ts';

const witness = (id: string, { port }: Target) =>
  `  - { id: ${id}, type: tcp, host: 127.0.0.1, port: ${port}, every: 1s, timeout: 900ms }`;
const patience = { timeout: 30_000, interval: 100 };

test('all witnesses fail: everything is unknown, once, and nobody is blamed', async () => {
  // The near service would still be reached, but who is to believe that?
  const [first, second, far, near] = await Promise.all([1, 2, 3, 4].map(() => startTarget()));
  await using vigie = await startVigie(
    temporaryFolder(),
    [
      'defaults: { every: 2s, timeout: 1s, confirm: { over: 2s, recheck: 1s }, recover: { over: 1s, calm: 4s } }',
      'witnesses:',
      witness('first', first!),
      witness('second', second!),
      'services:',
      serviceOf('far', far!),
      serviceOf('near', near!),
    ].join('\n'),
  );
  const history = historyOf(vigie.database);
  const failures = (check: string) => history.results(check).filter(({ grade }) => grade !== 'good');
  const untilBoth = (state: string) =>
    vi.waitFor(async () => {
      const { services } = await vigie.status();
      expect(services.map((service) => service.state)).toEqual([state, state]);
    }, patience);
  await untilBoth('up');

  await first!.leave();
  await vi.waitFor(() => expect(failures('first').length).toBeGreaterThan(2), patience);
  expect(await vigie.metric('vigie_prober_fit')).toBe(1);
  await first!.comeBack();

  await Promise.all([first, second, far].map((target) => target!.leave()));
  const cutAt = Date.now();
  await untilBoth('unknown');
  expect((await vigie.status()).blindSince).toBeLessThanOrEqual(cutAt);
  expect(await vigie.page('fr')).toContain('Nous ne voyons plus les services depuis');
  expect(await vigie.page('en')).toContain('We have not seen the services since');
  expect(await vigie.metric('vigie_prober_fit')).toBe(0);
  expect(await vigie.metric('vigie_events_total', { kind: 'blind' })).toBe(1);
  for (const check of ['far', 'near'])
    expect(await vigie.metric('vigie_check_state', { check, state: 'unknown' })).toBe(1);
  // Long enough for an outage to be confirmed, if this were evidence of one.
  await vi.waitFor(() => expect(failures('far').length).toBeGreaterThan(4), patience);

  const healedAt = Date.now();
  await Promise.all([first, second, far].map((target) => target!.comeBack()));
  await untilBoth('up');
  expect((await vigie.status()).blindSince).toBeUndefined();
  expect(await vigie.metric('vigie_prober_fit')).toBe(1);
  expect(history.notables().map(({ kind }) => kind)).toEqual(['blind', 'sighted']);
  const said = vigie.log().flatMap(({ event }) => (/see|outage/.test(String(event)) ? [event] : []));
  expect(said).toEqual(['vigie.cannot-see', 'vigie.sees-again']);
  expect((await vigie.status()).outages).toEqual([]);
  for (const service of ['far', 'near']) {
    expect(history.outages('check', service)).toEqual([]);
    const spans = history.spans('service', service);
    expect(spans.map(({ state }) => state)).toEqual(['unknown', 'up', 'unknown', 'up']);
    const endedAt = spans[3]!.since;
    expect(endedAt).toBeGreaterThanOrEqual(healedAt - 1_000);
    expect(ledger(spans, cutAt, endedAt)).toEqual({
      upMs: 0,
      degradedMs: 0,
      downMs: 0,
      maintenanceMs: 0,
      unknownMs: endedAt - cutAt,
    });
  }
  await vigie.end();
  await Promise.all([first, second, far, near].map((target) => target!.leave()));
});

test('the references fail, and not the gateway: the uplink is down, and nobody is blind', async () => {
  const targets = await Promise.all(Array.from({ length: 4 }, () => startTarget()));
  const [gateway, ...references] = targets;
  await using vigie = await startVigie(
    temporaryFolder(),
    [
      'defaults: { every: 2s, timeout: 1s, confirm: { over: 2s, recheck: 1s }, recover: { over: 1s, calm: 4s } }',
      'witnesses:',
      witness('gateway, layer: gateway', gateway!),
      ...references.map((reference, index) => witness(`reference-${index}, network: N${index}`, reference)),
      'services:',
      '  - { id: network, name: Network, checks: [{ id: uplink, type: uplink }] }',
    ].join('\n'),
  );
  const history = historyOf(vigie.database);
  const until = (state: string) =>
    vi.waitFor(async () => expect((await vigie.status()).services[0]?.state).toBe(state), patience);
  await until('up');

  await references[0]!.leave();
  await until('degraded');
  expect(history.outages('check', 'uplink').at(-1)?.finding).toEqual({
    cause: 'uplink_partial',
    evidence: '1 of 3 references do not answer: N0',
  });
  await Promise.all(references.slice(1).map((target) => target.leave()));
  await until('down');
  // Two of three that were found gone first are enough.
  expect(history.outages('check', 'uplink').at(-1)?.finding).toEqual({
    cause: 'uplink_down',
    evidence: expect.stringMatching(/^[23] of 3 references do not answer; the gateway does$/) as unknown,
  });
  await expect
    .poll(() => vigie.metric('vigie_uplink_lost_votes_ratio', { check: 'uplink' }), patience)
    .toBe(1);
  expect(await vigie.metric('vigie_prober_fit')).toBe(1);
  await Promise.all(references.map((target) => target.comeBack()));
  await until('up');
  expect(history.notables().filter(({ kind }) => kind === 'blind')).toEqual([]);

  await Promise.all(targets.map((target) => target.leave()));
  await until('unknown');
  expect(await vigie.metric('vigie_sighted', { family: '4' })).toBe(0);
  await vigie.end();
});
