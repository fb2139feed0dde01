// Layers of witnesses, through the whole of the core.
import { describe, expect, test } from 'vitest';
import type { CheckConfig, Config, Layer } from '../../../config/config.ts';
import { Lookout } from '../../support/lookout.ts';
import {
  makeCheck,
  makeConfig,
  makeReport,
  makeService,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';
import type { Grade } from '../../../server/core/result.ts';

const s = seconds;
type Family = 4 | 6;

const witness = (id: string, layer: Layer, families: readonly Family[], network?: string) => ({
  ...makeCheck(id, { families }),
  layer,
  ...(network !== undefined && { network }),
});

const both: readonly Family[] = [4, 6];
const witnesses = [
  witness('gw', 'gateway', both),
  witness('edge', 'edge', both),
  witness('cogent', 'reference', both, 'Cogent'),
  witness('orange', 'reference', both, 'Orange'),
  witness('free', 'reference', both, 'Free'),
];

const uplink = (part: Partial<Pick<CheckConfig, 'families'>> = {}): CheckConfig => ({
  ...makeCheck('uplink', { families: both, ...part }),
  type: 'uplink',
  derived: true,
});

const config: Config = makeConfig(
  [
    makeService('network', [uplink()]),
    makeService('site', [makeCheck('web', { families: both })]),
    makeService('jobs', [makeCheck('backup', { families: [0] })]),
  ],
  witnesses,
);

/** Who does not answer, over which family: `edge cogent/6`. */
const round = (lookout: Lookout, at: number, lost = '', grade: Grade = 'bad') => {
  const gone = new Set(
    lost.split(' ').flatMap((name) => (name.includes('/') ? [name] : [`${name}/4`, `${name}/6`])),
  );
  const reports = ['gw', 'edge', 'cogent', 'orange', 'free', 'web'].flatMap((id) =>
    both.map((family) =>
      makeReport(seriesKey(id, family), start + at, gone.has(`${id}/${family}`) ? grade : 'good'),
    ),
  );
  return lookout.observe(reports, start + at);
};

const watching = (): Lookout => {
  const lookout = new Lookout(config);
  for (const at of [0, 10, 20, 30]) round(lookout, at * s);
  return lookout;
};

const during = (lost: string, from = 40, until = 100, grade: Grade = 'bad'): Lookout => {
  const lookout = watching();
  for (let at = from; at <= until; at += 5) round(lookout, at * s, lost, grade);
  return lookout;
};

const everything = 'edge cogent orange free web';
const sights = (lookout: Lookout) =>
  lookout.archive.notables.flatMap((notable) =>
    'outage' in notable ? [] : [[notable.kind, notable.family, notable.since - start]],
  );

describe('an uplink check', () => {
  test('is up while its witnesses answer', () => {
    expect(watching().archive.history('check:uplink')).toEqual([['up', 0]]);
  });

  test('is down since the first probe that was lost, and says where the way ends', () => {
    const lookout = during(everything);
    expect(lookout.archive.outagesOf('check:uplink')).toMatchObject([
      {
        state: 'down',
        startedAt: start + 40 * s,
        confirmedAt: start + 50 * s,
        finding: {
          cause: 'uplink_down',
          evidence: '3 of 3 references do not answer, nor does our edge; the gateway does',
        },
      },
    ]);
    expect(sights(lookout)).toEqual([]);
  });

  test('ends with the first probe that is answered, and without a trace of degraded', () => {
    const lookout = during(everything);
    for (const at of [105, 110, 115, 120, 125, 130]) round(lookout, at * s);
    expect(lookout.archive.history('check:uplink')).toEqual([
      ['up', 0],
      ['down', 40 * s],
      ['up', 105 * s],
    ]);
  });

  test('is degraded when one network of several is lost, and names it', () => {
    const lookout = during('cogent');
    expect(lookout.archive.outagesOf('check:uplink')).toMatchObject([
      {
        state: 'degraded',
        finding: { cause: 'uplink_partial', evidence: '1 of 3 references do not answer: Cogent' },
      },
    ]);
    expect(lookout.archive.outagesOf('check:web')).toEqual([]);
  });

  test('is left alone by a target that fails alone', () => {
    const lookout = during('web');
    expect(lookout.archive.outagesOf('check:uplink')).toEqual([]);
    expect(lookout.archive.outagesOf('check:web')).toHaveLength(1);
  });

  test('is judged for each family: what is lost over IPv6 leaves IPv4 as it is', () => {
    const lookout = during(everything.replaceAll(/\w+/g, '$&/6'));
    expect(lookout.archive.outagesOf('check:uplink')).toMatchObject([
      { state: 'degraded', finding: { cause: 'uplink_down' } },
    ]);
  });

  test('asks the witnesses again when it is in doubt', () => {
    const lookout = watching();
    const { contested, inDoubt } = round(lookout, 40 * s, everything);
    expect(inDoubt).toBe(true);
    const asked = contested.filter(({ series }) => series.check !== 'web').map(({ series }) => series);
    expect(asked).toEqual(
      both
        .flatMap((family) => witnesses.map(({ id }) => ({ ...seriesKey(id, family) })))
        .toSorted((a, b) => a.family - b.family),
    );
  });

  test('is unknown when no witness is heard any more', () => {
    const lookout = watching();
    lookout.tick(200 * s);
    expect(lookout.archive.history('check:uplink').at(-1)).toEqual(['unknown', 30 * s]);
  });
});

describe('blindness', () => {
  test('it is when the gateway is lost with most of the rest, and nobody is blamed', () => {
    const lookout = during(`gw ${everything}`);
    expect(sights(lookout)).toEqual([
      ['blind', 4, 30 * s],
      ['blind', 6, 30 * s],
    ]);
    expect(lookout.archive.outages).toEqual([]);
    for (const check of ['uplink', 'web'])
      expect(lookout.archive.history(`check:${check}`).at(-1)).toEqual(['unknown', 30 * s]);
    expect(lookout.watch.sight.blind).toBe(true);
  });

  test('it is too when one reference of three still answers: a dying switch lets some packets through', () => {
    const lookout = during('gw edge cogent orange');
    expect(sights(lookout)).toEqual([
      ['blind', 4, 30 * s],
      ['blind', 6, 30 * s],
    ]);
  });

  test('over one family leaves the other judged', () => {
    const lookout = during(`gw ${everything}`.replaceAll(/\w+/g, '$&/6'));
    expect(sights(lookout)).toEqual([['blind', 6, 30 * s]]);
    expect(lookout.watch.sight.blind).toBe(false);
    expect(lookout.archive.history('check:web')).toEqual([['up', 0]]);
    for (const at of [105, 110, 115, 120]) round(lookout, at * s, 'gw/6 edge/6 cogent/6 orange/6 free/6 web');
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 105 * s]);
  });

  test('of a check without a family is that of all of them', () => {
    const seeBackup = (lookout: Lookout, at: number) =>
      lookout.observe([makeReport(seriesKey('backup', 0), start + at * s, 'good')], start + at * s);
    const half = during(`gw ${everything}`.replaceAll(/\w+/g, '$&/6'));
    seeBackup(half, 100);
    expect(half.archive.history('check:backup').at(-1)?.[0]).toBe('up');
    const whole = during(`gw ${everything}`);
    seeBackup(whole, 100);
    expect(whole.archive.history('check:backup').at(-1)?.[0]).toBe('unknown');
  });

  test('outlives a restart where it was', () => {
    const lookout = during(`gw ${everything}`.replaceAll(/\w+/g, '$&/6')).restart(config, 110 * s);
    expect([...lookout.watch.sight.places].map(({ family, sight: { blind } }) => [family, blind])).toEqual([
      [4, false],
      [6, true],
    ]);
    round(lookout, 120 * s);
    expect(sights(lookout).at(-1)).toEqual(['sighted', 6, 30 * s]);
  });

  test('ends where there are no witnesses any more', () => {
    const lookout = during(`gw ${everything}`);
    lookout.configure(
      makeConfig(
        config.services,
        witnesses.map((one) => ({ ...one, families: [4] as const })),
      ),
      110 * s,
    );
    expect(sights(lookout).slice(2)).toEqual([['sighted', 6, 30 * s]]);
  });
});
