// A small Internet of real routers: whose fault is it when much is gone at once?
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { behindUplinks } from '../support/behind-uplinks.ts';
import { temporaryFolder } from '../support/folder.ts';
import { historyOf } from '../support/history.ts';
import type { History } from '../support/history.ts';
import { canInternet, startInternet } from '../support/internet.ts';
import type { Internet } from '../support/internet.ts';
import { startReceiver } from '../support/receiver.ts';
import { startVigie } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';

const patience = { timeout: 60_000, interval: 100 };
/** More than alerts wait for others of their kind. */
const gatheringMs = 35_000;
const allUp = { network: 'up', web: 'up', marseille: 'up' };

interface ReceivedMessage {
  readonly kind: string;
  readonly title: { readonly en: string };
  readonly text: { readonly en: string };
  readonly alerts: readonly {
    readonly id: string;
    readonly service: string;
    readonly consequenceOf?: string;
  }[];
}

/** A Vigie of its own for each test: what changes as often as here would be told as flapping. */
class Watching implements AsyncDisposable {
  readonly vigie: RunningVigie;
  readonly history: History;

  private constructor(vigie: RunningVigie) {
    this.vigie = vigie;
    this.history = historyOf(vigie.database);
  }

  /** From when all is well. */
  static async begin(
    net: Internet,
    more: Parameters<typeof behindUplinks>[1],
    states: Readonly<Record<string, string>> = allUp,
  ): Promise<Watching> {
    const watching = new Watching(await startVigie(temporaryFolder(), behindUplinks(net, more)));
    await watching.until(states);
    return watching;
  }

  until(states: Readonly<Record<string, string>>): Promise<void> {
    return vi.waitFor(async () => {
      const { services } = await this.vigie.status();
      expect(Object.fromEntries(services.map(({ id, state }) => [id, state]))).toEqual(states);
    }, patience);
  }

  untilFound(check: string, finding: object): Promise<void> {
    return vi.waitFor(
      () => expect(this.history.outages('check', check).at(-1)).toMatchObject({ state: 'down', finding }),
      patience,
    );
  }

  /** Which services are down, or degraded, because of which. */
  async consequences(): Promise<Readonly<Record<string, string | undefined>>> {
    const { services } = await this.vigie.status();
    return Object.fromEntries(services.map(({ id, consequenceOf }) => [id, consequenceOf]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.vigie.end('SIGKILL');
  }
}

describe.skipIf(!canInternet)('behind two upstreams', { timeout: 240_000 }, () => {
  let internet: Internet;
  beforeAll(async () => {
    internet = await startInternet();
  });
  afterAll(() => internet?.[Symbol.asyncDispose]());
  const watch = async (more: Parameters<typeof behindUplinks>[1] = {}) => {
    await internet.mend();
    return Watching.begin(internet, more);
  };

  test('one session is down: the network is degraded, and the session has a name', async () => {
    await using watching = await watch();
    internet.pull('gitoyen-1');
    await watching.until({ ...allUp, network: 'degraded' });
    const outages = () => watching.history.outages('service');
    // The page tells it before it is written.
    await vi.waitFor(
      () =>
        expect(outages()).toMatchObject([
          {
            subject: { id: 'network' },
            state: 'degraded',
            finding: { cause: 'session_down', evidence: expect.stringContaining('gitoyen-1') },
          },
        ]),
      patience,
    );
    expect(outages()[0]!.finding.evidence).not.toContain('gitoyen-2');

    await internet.mend();
    await watching.until(allUp);
    await vi.waitFor(() => expect(outages()).toMatchObject([{ end: { how: 'recovered' } }]), patience);
  });

  test('both sessions are down: so is the network, and what is behind it', async () => {
    await using watching = await watch();
    internet.pull('gitoyen-1', 'gitoyen-2');
    await watching.until({ network: 'down', web: 'down', marseille: 'down' });
    expect((await watching.vigie.status()).blindSince).toBeUndefined();
    await watching.untilFound('uplink', {
      cause: 'uplink_down',
      evidence: '5 of 5 references do not answer; our edge does',
    });
    await watching.untilFound('sessions', {
      cause: 'session_down',
      evidence: expect.stringContaining('2 of 2 sessions'),
    });
    await vi.waitFor(
      async () =>
        expect(await watching.consequences()).toEqual({
          network: undefined,
          web: 'network',
          marseille: 'network',
        }),
      patience,
    );
    // What fails once more when the uplink is back already is its own: so this is asked before.
    await vi.waitFor(() => {
      const outages = watching.history.outages('check');
      const roots = outages.filter(({ consequenceOf }) => consequenceOf === undefined);
      expect(new Set(roots.map(({ subject }) => subject.id))).toEqual(new Set(['uplink', 'sessions']));
    }, patience);

    await internet.mend();
    await watching.until(allUp);
  });

  test('both are down with sixty sites behind: administrators get one message', async () => {
    const receiver = await startReceiver();
    const messages = () => receiver.received.map(({ body }) => JSON.parse(body) as ReceivedMessage);
    await using watching = await watch({ sites: 60, webhook: receiver.url });
    internet.pull('gitoyen-1', 'gitoyen-2');
    const struck = () =>
      watching.history.outages('check').filter(({ consequenceOf }) => consequenceOf?.id === 'network');
    await vi.waitFor(() => expect(struck().length).toBe(62), patience);
    // Beyond the time for which news are gathered.
    await sleep(gatheringMs);
    expect(messages().map(({ kind }) => kind)).toEqual(['alert']);
    // What was known to follow from it by then is named in it.
    const { alerts, title, text } = messages()[0]!;
    const [root, ...consequences] = alerts;
    expect(title.en).toMatch(/^Network: down/);
    expect(text.en).toContain('uplink');
    expect(text.en).toMatch(/5 of 5 references do not answer|2 of 2 sessions/);
    expect(root).toMatchObject({ service: 'network', state: 'down' });
    for (const { consequenceOf } of consequences) expect(consequenceOf).toBe(root!.id);

    await internet.mend();
    await watching.until(allUp);
    await vi.waitFor(
      () => expect(messages().map(({ kind }) => kind)).toEqual(['alert', 'recovery']),
      patience,
    );
    // Nothing of what was behind them is told later either.
    await sleep(gatheringMs);
    expect(messages().map(({ kind }) => kind)).toEqual(['alert', 'recovery']);
    expect(watching.history.outages('check').filter(({ end }) => end === undefined)).toEqual([]);
  });

  test('the uplink loses packets: it is degraded, and nobody is slow or down for that', async () => {
    await using watching = await watch({ packets: 10, slow: 5 });
    const { vigie, history } = watching;
    internet.lose(10);
    await watching.until({ ...allUp, network: 'degraded' });
    expect(history.outages('check', 'uplink')).toMatchObject([
      { state: 'degraded', finding: { cause: 'loss' } },
    ]);
    // Long enough to be called slow, if it were judged.
    const unjudged = () =>
      history
        .results('marseille-host')
        .filter(({ grade, evidence = '' }) => grade === 'invalid' && evidence.includes('the uplink loses'));
    await vi.waitFor(() => expect(unjudged().length).toBeGreaterThan(12), patience);
    const overLoss = async () =>
      (await vigie.status()).services.flatMap(({ id, overLoss }) => (overLoss ? [id] : []));
    await expect.poll(overLoss, patience).toEqual(['web', 'marseille']);
    expect(await vigie.page('fr')).toContain('sa vitesse n’est pas jugée');
    expect(await vigie.metric('vigie_check_over_loss', { check: 'marseille-host' })).toBe(1);

    await internet.mend();
    await watching.until(allUp);
    expect(new Set(history.outages('check').map(({ subject }) => subject.id))).toEqual(new Set(['uplink']));
    internet.pull('marseille');
    await watching.until({ ...allUp, marseille: 'down' });
  });

  test('we have no IPv6 any more: what is measured over it is unknown, all else is not, and one word says so', async () => {
    const receiver = await startReceiver();
    const told = () =>
      receiver.received.map(({ body }) => {
        const { kind, title } = JSON.parse(body) as ReceivedMessage & {
          readonly title: { readonly fr: string };
        };
        return `${kind}: ${title.fr.replaceAll('\u00a0', ' ')}`;
      });
    const seen = { ...allUp, six: 'up' };
    await internet.mend();
    await using watching = await Watching.begin(internet, { six: true, webhook: receiver.url }, seen);
    internet.forgetSix();
    await watching.until({ ...seen, six: 'unknown' });
    expect((await watching.vigie.status()).blindSince).toBeUndefined();
    await vi.waitFor(() => expect(told()).toEqual(['word: IPv6 : mesure impossible']), patience);
    const unmeasured = async () => (await watching.vigie.status()).unmeasured?.map(({ family }) => family);
    await expect.poll(unmeasured, patience).toEqual(['IPv6']);
    expect(await watching.vigie.page('fr')).toContain('mesure impossible depuis');

    internet.pull('marseille');
    await watching.until({ ...seen, six: 'unknown', marseille: 'down' });
    await internet.mend();
    await watching.until(seen);
    await vi.waitFor(() => expect(told()).toContain('word: IPv6 : mesure rétablie'), patience);
    expect(told().filter((message) => message.startsWith('word'))).toHaveLength(2);
    await expect.poll(unmeasured, patience).toBeUndefined();
    expect(watching.history.outages('check', 'six-host')).toEqual([]);
  });

  test('our own link is down: nothing is known, and nobody blamed', async () => {
    await using watching = await watch();
    internet.pull('prober');
    await watching.until({ network: 'unknown', web: 'unknown', marseille: 'unknown' });
    expect((await watching.vigie.status()).blindSince).toBeDefined();

    await internet.mend();
    await watching.until(allUp);
    expect(watching.history.outages('service')).toEqual([]);
  });

  test('the remote site is cut off and its uplink answers: it is down alone', async () => {
    await using watching = await watch();
    internet.pull('marseille');
    await watching.until({ ...allUp, marseille: 'down' });
    const uplink = { check: 'marseille-uplink', state: 'up' };
    expect(await watching.vigie.metric('vigie_check_state', uplink)).toBe(1);
    expect(await watching.consequences()).toEqual({});

    await internet.mend();
    await watching.until(allUp);
    expect(watching.history.outages('service')).toMatchObject([
      { subject: { id: 'marseille' }, state: 'down', end: { how: 'recovered' } },
    ]);
  });
});
