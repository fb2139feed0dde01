import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../../server/http/metrics.ts';
import type { Metrics } from '../../../server/http/metrics.ts';
import type { Result } from '../../../server/core/result.ts';
import { installed } from '../../support/installed.ts';
import { TimedDatabase } from '../../support/timed.ts';
import {
  makeCheck,
  makeConfig,
  makeService,
  minutes,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';
import { Lookout, eventful, network } from './network.ts';

const metricsOf = (lookout: Lookout): Metrics => {
  const metrics = createMetrics({
    watch: () => lookout.watch,
    now: () => lookout.now,
    build: { version: '1.2.3', revision: 'abc' },
  });
  metrics.observed(lookout.results);
  return metrics;
};

const linesOf = async (metrics: Metrics, accept?: string): Promise<readonly string[]> =>
  (await metrics.text(accept)).body.split('\n');

const resultOf = (part: Partial<Result> = {}): Result => ({
  series: seriesKey('mx1'),
  at: start,
  grade: 'good',
  totalUs: 2_000,
  phasesUs: {},
  facts: {},
  ...part,
});

const oneCheck = () => new Lookout(makeConfig([makeService('mail', [makeCheck('mx1')])]));

const everything = (): Metrics => {
  const metrics = metricsOf(eventful());
  metrics.counts({ missed: 2, latenessSeconds: [0.002, 0.2], inFlight: { tcp: 3 }, stallSeconds: 0.012 });
  metrics.committed(0.004);
  metrics.worked('commit', 0.003);
  metrics.reloaded(false);
  metrics.noted([{ kind: 'blind', key: 'blind@0', at: start, since: start, vantage: 'local', family: 4 }]);
  metrics.untold(4);
  metrics.shed(7);
  const facts = { certificateExpiresAt: start, chainExpiresAt: start, lossRatio: 0.2, sent: 5, received: 4 };
  metrics.observed([
    {
      ...resultOf(),
      series: seriesKey('canary-mx1'),
      facts: { ...facts, jitterUs: 150, value: 12, status: 200 },
    },
  ]);
  return metrics;
};

describe('what Prometheus gets', () => {
  test.for([
    ['vigie_build_info{version="1.2.3",revision="abc",node="' + process.version + '"} 1'],
    ['vigie_check_info{check="canary-db1",name="Databases",service="databases",type="tcp"} 1'],
    ['vigie_check_state{check="canary-db1",state="degraded"} 1'],
    ['vigie_check_state{check="canary-db1",state="up"} 0'],
    ['vigie_check_state{check="canary-check",state="down"} 1'],
    ['vigie_service_state{service="canary-id",state="down"} 1'],
    ['vigie_service_state{service="mail",state="up"} 1'],
    ['vigie_check_stale{check="canary-db1"} 0'],
    ['vigie_check_interval_seconds{check="canary-db1"} 20'],
    ['vigie_probes_total{check="canary-db1",vantage="local",family="4",result="good"} 45'],
    ['vigie_probes_total{check="canary-db1",vantage="local",family="4",result="poor"} 30'],
    ['vigie_probes_total{check="canary-db1",vantage="local",family="4",result="invalid"} 0'],
    ['vigie_probes_total{check="canary-witness",vantage="local",family="4",result="good"} 75'],
    ['vigie_probe_failures_total{check="canary-db1",cause="slow"} 30'],
    ['vigie_probe_duration_seconds_bucket{check="canary-db1",vantage="local",family="4",le="0.001"} 0'],
    ['vigie_probe_duration_seconds_bucket{check="canary-db1",vantage="local",family="4",le="0.0025"} 75'],
    ['vigie_probe_duration_seconds_bucket{check="canary-db1",vantage="local",family="4",le="+Inf"} 75'],
    ['vigie_probe_duration_seconds_count{check="canary-db1",vantage="local",family="4"} 75'],
    [
      'vigie_probe_phase_duration_seconds_count{check="canary-db1",vantage="local",family="4",phase="connect"} 75',
    ],
    ['vigie_probe_phase_last_seconds{check="canary-db1",vantage="local",family="4",phase="connect"} 0.001'],
    [
      `vigie_last_probe_timestamp_seconds{check="canary-db1",vantage="local",family="4"} ${start / 1_000 + 1_500}`,
    ],
    ['vigie_prober_fit 1'],
    ['vigie_scheduler_missed_total 2'],
    ['vigie_scheduler_lag_seconds_bucket{le="0.0025"} 1'],
    ['vigie_scheduler_lag_seconds_count 2'],
    ['vigie_probes_in_flight{type="tcp"} 3'],
    ['vigie_event_loop_delay_seconds_sum 0.012'],
    ['vigie_db_write_duration_seconds_sum 0.004'],
    ['vigie_db_busy_seconds_total{method="commit"} 0.003'],
    ['vigie_prober_unfit{cause="self_no_files"} 0'],
    ['vigie_check_over_loss{check="canary-mx1"} 0'],
    ['vigie_config_reloads_total{result="refused"} 1'],
    ['vigie_config_reloads_total{result="taken"} 0'],
    ['vigie_config_last_reload_successful 0'],
    ['vigie_events_total{kind="blind"} 1'],
    ['vigie_events_total{kind="outage-opened"} 0'],
    ['vigie_outbox_untold 4'],
    ['vigie_results_shed_total 7'],
    [
      `vigie_certificate_expiry_timestamp_seconds{check="canary-mx1",vantage="local",family="4"} ${start / 1_000}`,
    ],
    ['vigie_ping_loss_ratio{check="canary-mx1",vantage="local",family="4"} 0.2'],
    ['vigie_ping_packets_total{check="canary-mx1",vantage="local",family="4",result="lost"} 1'],
    ['vigie_value{check="canary-mx1",vantage="local",family="4"} 12'],
  ])('has %s', async ([line]) => {
    expect(await linesOf(everything())).toContain(line);
  });

  test('that the prober is unfit, and why', async () => {
    const lookout = oneCheck();
    lookout.watch.feel({ elapsedMs: 5_000, stalledMs: 0, clockStepMs: 0, filesLeft: 0, families: [] }, start);
    const lines = await linesOf(metricsOf(lookout));
    expect(lines).toContain('vigie_prober_fit 0');
    expect(lines.filter((line) => line.startsWith('vigie_prober_unfit'))).toEqual([
      'vigie_prober_unfit{cause="self_loop_lag"} 0',
      'vigie_prober_unfit{cause="self_clock"} 0',
      'vigie_prober_unfit{cause="self_no_files"} 1',
    ]);
  });

  test.skipIf(!installed('promtool')).for(['text/plain', 'after OpenMetrics'])(
    'has nothing that promtool would object to (%s)',
    async (when) => {
      const metrics = everything();
      await metrics.text(when === 'after OpenMetrics' ? 'application/openmetrics-text' : '');
      const { body } = await metrics.text();
      expect(execFileSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })).toBe('');
    },
  );

  test('is as Prometheus likes it best where it asks so', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3';
    const metrics = everything();
    const { type, body } = await metrics.text(accept);
    expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body).toMatch(/\n# EOF\n$/);
    expect(body).toContain('# TYPE vigie_probes counter\nvigie_probes_total{');
    expect(body).not.toContain('\n\n');
    expect((await metrics.text()).body).toContain('# TYPE vigie_probes_total counter\nvigie_probes_total{');
  });

  test('says how many series there were', async () => {
    const metrics = metricsOf(oneCheck());
    const before = (await linesOf(metrics)).filter((line) => line !== '' && !line.startsWith('#')).length;
    expect(await linesOf(metrics)).toContain(`vigie_series ${before}`);
  });

  test('keeps evidence, options and text of facts to itself', async () => {
    const { body } = await everything().text();
    for (const secret of ['canary-evidence', 'canary-host', 'canary-user', 'canary-secret', 'canary-fact'])
      expect(body).not.toContain(secret);
  });

  test('escapes what a name may hold', async () => {
    const service = { ...makeService('mail', [makeCheck('mx1')]), name: { fr: '', en: 'a "b" \\ c\nd' } };
    const lines = await linesOf(metricsOf(new Lookout(makeConfig([service]))));
    expect(lines).toContain(
      String.raw`vigie_check_info{check="mx1",name="a \"b\" \\ c\nd",service="mail",type="tcp"} 1`,
    );
  });
});

describe('series', () => {
  test('exist from the start for what is watched, at 0', async () => {
    const lines = await linesOf(metricsOf(new Lookout()));
    for (const grade of ['good', 'poor', 'bad', 'invalid'])
      expect(lines).toContain(
        `vigie_probes_total{check="canary-db1",vantage="local",family="4",result="${grade}"} 0`,
      );
  });

  test('go when their check goes, and leave the others alone', async () => {
    const lookout = eventful();
    const metrics = metricsOf(lookout);
    expect((await metrics.text()).body).toContain('check="canary-mx1"');
    lookout.configure({ ...network, services: network.services.filter(({ id }) => id !== 'mail') });
    const { body } = await metrics.text();
    expect(body).not.toContain('check="canary-mx1"');
    expect(body).not.toContain('service="mail"');
    expect(body).toContain(
      'vigie_probes_total{check="canary-db1",vantage="local",family="4",result="poor"} 30',
    );
    expect(body).toContain('vigie_probes_total{check="canary-witness"');
  });

  test('of a family go when the check gives it up, and its causes stay', async () => {
    const twice = makeConfig([makeService('mail', [makeCheck('mx1', { families: [4, 6] })])]);
    const lookout = new Lookout(twice);
    const metrics = metricsOf(lookout);
    metrics.observed([{ ...resultOf(), series: seriesKey('mx1', 6), grade: 'bad', cause: 'reset' }]);
    await metrics.text();
    lookout.configure(makeConfig([makeService('mail', [makeCheck('mx1')])]));
    const { body } = await metrics.text();
    expect(body).not.toContain('family="6"');
    expect(body).toContain('vigie_probe_failures_total{check="mx1",cause="reset"} 1');
  });

  test('of phases and facts that the newest probe did not reach are absent', async () => {
    const metrics = metricsOf(oneCheck());
    metrics.observed([resultOf({ phasesUs: { connect: 1_000, tls: 2_000 }, facts: { value: 3 } })]);
    expect((await metrics.text()).body).toMatch(/vigie_value\{.*\} 3/);
    metrics.observed([resultOf({ grade: 'bad', cause: 'refused', phasesUs: { connect: 1_000 } })]);
    const { body } = await metrics.text();
    expect(body).toMatch(/vigie_probe_phase_last_seconds\{.*phase="connect"\} 0.001/);
    expect(body).not.toMatch(/vigie_probe_phase_last_seconds\{.*phase="tls"/);
    expect(body).not.toMatch(/^vigie_value\{/m);
    expect(body).toMatch(/vigie_probe_phase_duration_seconds_count\{.*phase="tls"\} 1/);
  });

  test('of evidence of slowness are absent where there is none', async () => {
    const db = new TimedDatabase();
    const metrics = createMetrics({
      watch: () => db.lookout.watch,
      now: () => start + db.at,
      build: { version: '1.2.3', revision: 'abc' },
    });
    const evidence = async () =>
      (await linesOf(metrics)).filter((line) => line.startsWith('vigie_detector_statistic{'));
    db.learn();
    expect(await evidence()).toEqual([]);
    db.probe(8, { query: 1, commit: 60 });
    expect(await evidence()).toContain(
      'vigie_detector_statistic{check="db",vantage="local",family="4",phase="commit",detector="shift"} 1',
    );
    expect((await evidence()).join()).not.toContain('phase="query"');
  });

  test('take nothing from a probe that could not judge but that it was made, and why', async () => {
    const metrics = metricsOf(oneCheck());
    metrics.observed([resultOf({ grade: 'invalid', cause: 'self_no_network', phasesUs: { connect: 9 } })]);
    const { body } = await metrics.text();
    expect(body).toMatch(/vigie_probes_total\{.*result="invalid"\} 1/);
    expect(body).toContain('vigie_probe_failures_total{check="mx1",cause="self_no_network"} 1');
    expect(body).not.toMatch(/^vigie_probe_(duration|phase)/m);
  });

  test.for([
    ['an instant before it is stale', 70 * seconds, 0],
    ['an instant later', 70 * seconds + 1, 1],
  ] as const)('say whether a check is stale: %s', async ([, age, stale]) => {
    const lookout = oneCheck().pass(minutes);
    lookout.now += age;
    expect(await linesOf(metricsOf(lookout))).toContain(`vigie_check_stale{check="mx1"} ${stale}`);
  });

  test('of a ping that claims more answers than questions count nothing', async () => {
    const metrics = metricsOf(oneCheck());
    metrics.observed([resultOf({ facts: { sent: 1, received: 2 } })]);
    expect((await metrics.text()).body).not.toMatch(/^vigie_ping_packets_total\{/m);
  });
});
