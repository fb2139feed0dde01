import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import bgp from '../../../checks/bgp.ts';
import type { Facts, Outcome } from '../../../checks/lib/outcome.ts';
import { glassOf, startTeller, summaryOf, watcherOf } from '../../support/bgp-teller.ts';
import { runCheck } from '../../support/probe.ts';
import { inShort } from '../../support/web.ts';
import type { Written } from '../../support/web.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const hours = 3_600_000;

describe('JSON of others', () => {
  const ask = async (
    document: string,
    written: (url: string) => Written,
    before: Facts = {},
  ): Promise<Outcome> => {
    await using teller = await startTeller();
    teller.tell(document);
    return await runCheck(bgp, written(teller.url), { now, before });
  };
  const watcher = (url: string) => ({ source: { birdwatcher: url }, sessions: ['R1', 'R2'] });
  const summary = (url: string) => ({ source: { frr: url }, sessions: ['192.0.2.1', '2001:db8::1'] });
  const glass = (url: string) => ({ source: { ripestat: { prefix: '192.0.2.0/24', origin: 64_500, url } } });

  test('of birdwatcher tells what each session brings', async () => {
    expect(await ask(watcherOf({ now }), watcher)).toMatchObject({
      kind: 'ok',
      facts: { established: 2, imported: 1_400, exported: 8, preferred: 1_300, dataAt: now },
    });
  });

  test('of birdwatcher may have channels', async () => {
    const { protocols, ...rest } = JSON.parse(watcherOf({ now })) as {
      protocols: { R1: { routes: object } };
    };
    const { routes } = protocols.R1;
    const channels = { ipv4: { routes }, ipv6: { routes } };
    const document = { ...rest, protocols: { R1: { ...protocols.R1, channels } } };
    const outcome = await ask(JSON.stringify(document), (url) => ({ ...watcher(url), sessions: ['R1'] }));
    expect(outcome.facts).toMatchObject({ imported: 1_400, exported: 8 });
  });

  test.for<[number, string | undefined, string]>([
    [19, undefined, 'ok'],
    [21, undefined, 'warn stale'],
    [6, '5m', 'warn stale'],
    [-5, '5m', 'ok'],
  ])('kept for %i minutes, stale after %s: %s', async ([minutes, stale, seen]) => {
    const document = watcherOf({ now, ageMs: minutes * 60_000 });
    expect(inShort(await ask(document, (url) => ({ ...watcher(url), ...(stale && { stale }) })))).toBe(seen);
  });

  test('that is old still tells of trouble', async () => {
    const document = watcherOf({ now, ageMs: hours, down: ['R1', 'R2'] });
    expect(inShort(await ask(document, watcher))).toBe('fail session_down');
  });

  test('of FRR adds the families, and minds no family that the peer does not want', async () => {
    const outcome = await ask(summaryOf(), summary);
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: { established: 2, imported: 1_800_000, exported: 8 },
    });
    expect(outcome.facts).not.toHaveProperty('preferred');
    expect(outcome.facts['session.192.0.2.1']).toBe('Established for 9 d, 900000 imported, 4 exported');
    expect(inShort(await ask(summaryOf({ down: ['192.0.2.1'] }), summary))).toBe('warn session_down');
  });

  test.for<[number, string]>([
    [119_999, '119 s'],
    [120_000, '2 min'],
    [7_199_999, '119 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('a session of %i ms has been there for %s', async ([ms, length]) => {
    const document = summaryOf().replaceAll('788400000', String(ms));
    const { facts } = await ask(document, summary);
    expect(facts['session.192.0.2.1']).toMatch(new RegExp(`^Established for ${length}, `));
  });

  test('of RIPEstat tells who knows a prefix, and from whom', async () => {
    expect(await ask(glassOf({ now }), glass)).toMatchObject({
      kind: 'ok',
      facts: {
        visiblePeers: 300,
        origins: 'AS64500 (300)',
        upstreams: 'AS64496',
        dataAt: now,
        lastDay: '300',
      },
    });
  });

  test.for<[object, Written, string]>([
    [{ peers: 240 }, {}, 'ok'],
    [{ peers: 239 }, {}, 'warn routes_lost'],
    [{ peers: 60 }, {}, 'warn routes_lost'],
    [{ peers: 59 }, {}, 'fail routes_lost'],
    [{ peers: 0 }, {}, 'fail routes_lost'],
    [{ peers: 290 }, { 'at-least': { peers: 291 } }, 'warn routes_lost'],
    [{ misled: 1 }, {}, 'warn wrong_origin'],
    [{ misled: 150 }, {}, 'warn wrong_origin'],
    [{ misled: 151 }, {}, 'fail wrong_origin'],
  ])('of RIPEstat, where 300 are usual, with %j and %j: %s', async ([more, written, seen]) => {
    const document = glassOf({ now, ...more });
    const outcome = await ask(document, (url) => ({ ...glass(url), ...written }), { lastDay: '300' });
    expect(inShort(outcome)).toBe(seen);
  });

  test('of RIPEstat may allow more than one origin', async () => {
    const written = (url: string) => ({
      source: { ripestat: { prefix: '192.0.2.0/24', origin: [64_500, 64_666], url } },
    });
    expect(inShort(await ask(glassOf({ now, misled: 200 }), written))).toBe('ok');
  });

  test.for<[string]>([
    ['{}'],
    ['[]'],
    ['null'],
    ['<html>'],
    ['{"protocols":[],"data":{"rrcs":{}},"peers":1}'],
  ])('that is %s is no evidence about anybody', async ([document]) => {
    for (const written of [watcher, summary, glass])
      expect(inShort(await ask(document, written))).toBe('invalid self_no_source');
  });

  test('that nobody tells is no evidence about anybody', async () => {
    for (const written of [watcher, summary, glass])
      expect(inShort(await runCheck(bgp, written('http://127.0.0.1:1/')))).toBe('invalid self_no_source');
  });
});

describe('a file', () => {
  const read = async (document: string | undefined, written: Written = {}): Promise<Outcome> => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-frr-'));
    const file = join(folder, 'summary.json');
    if (document !== undefined) writeFileSync(file, document);
    const options = { source: { frr: file }, sessions: ['192.0.2.1'], ...written };
    const outcome = await runCheck(bgp, options).finally(() => rmSync(folder, { recursive: true }));
    return outcome;
  };

  test('of FRR is as old as it says', async () => {
    const outcome = await read(summaryOf());
    expect(outcome.kind).toBe('ok');
    expect(Math.abs(Number(outcome.facts['dataAt']) - Date.now())).toBeLessThan(60_000);
  });

  test('that is missing, empty, spoilt or too large is no evidence', async () => {
    expect(inShort(await read(undefined))).toBe('invalid self_misconfigured');
    expect(inShort(await read(' '.repeat(4_000_001)))).toBe('invalid self_misconfigured');
    for (const text of ['', '{"ipv4Unicast":{"peers"'])
      expect(inShort(await read(text))).toBe('invalid self_no_source');
  });
});
