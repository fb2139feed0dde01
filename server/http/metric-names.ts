// Every metric that Prometheus gets from us: its name, what it says, its labels. Base units; labels are ids and closed lists.
import { Counter, Gauge, Histogram } from 'prom-client';
import type { SeriesKey } from '../core/series.ts';
import { FreshGauge, PhaseSummary, SeriesHistogram } from './per-series.ts';

/** Ours are in no registry: `expose` writes them. */
const registers: [] = [];
const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const series = ['check', 'family', 'vantage'] as const;

export type MetricSet = ReturnType<typeof defineMetrics>;

export const defineMetrics = () => ({
  ...probeMetrics(),
  ...ownMetrics(),
  fresh: freshMetrics(),
  facts: factMetrics(),
});

/** What probes measured; these grow with every result. */
const probeMetrics = () => {
  return {
    probes: new Counter({
      registers,
      name: 'vigie_probes_total',
      help: 'Probes by what they are worth as evidence: good, poor (works, but slowly or with a warning), bad, or invalid (the prober could not judge).',
      labelNames: [...series, 'result'],
    }),
    failures: new Counter({
      registers,
      name: 'vigie_probe_failures_total',
      help: 'Probes that were not good, by cause; causes that begin with self are the fault of the prober.',
      labelNames: ['check', 'cause'],
    }),
    duration: new SeriesHistogram({
      name: 'vigie_probe_duration_seconds',
      help: 'How long probes took that could judge their target.',
      buckets: latencyBuckets,
    }),
    phases: new PhaseSummary({
      name: 'vigie_probe_phase_duration_seconds',
      help: 'How long the phases of probes took.',
    }),
    pingPackets: new Counter({
      registers,
      name: 'vigie_ping_packets_total',
      help: 'Echo requests by what became of them: received or lost.',
      labelNames: [...series, 'result'],
    }),
  };
};

/** What is so now; `gather` tells these anew whenever somebody asks. */
const freshMetrics = () => ({
  checkInfo: new FreshGauge<'check' | 'name' | 'service' | 'type'>({
    name: 'vigie_check_info',
    help: 'Always 1: the names that belong to the id of a check.',
  }),
  checkState: new FreshGauge<'check' | 'state'>({
    name: 'vigie_check_state',
    help: '1 for the state that the check is in, 0 for the others.',
  }),
  checkConsequence: new FreshGauge<'check'>({
    name: 'vigie_check_consequence',
    help: '1 while the outage of the check is explained by that of what it depends on.',
  }),
  checkStale: new FreshGauge<'check'>({
    name: 'vigie_check_stale',
    help: '1 when no probe of the check has counted for longer than it may be.',
  }),
  checkInMaintenance: new FreshGauge<'check'>({
    name: 'vigie_check_in_maintenance',
    help: '1 while the check is in a window of maintenance, or its fault has just outlived one.',
  }),
  checkFlapping: new FreshGauge<'check'>({
    name: 'vigie_check_flapping',
    help: '1 while the state of the check changes more often than anybody wants to be told.',
  }),
  checkOverLoss: new FreshGauge<'check'>({
    name: 'vigie_check_over_loss',
    help: '1 while packets get lost on the uplink that the check goes through: its times are not judged.',
  }),
  serviceInMaintenance: new FreshGauge<'service'>({
    name: 'vigie_service_in_maintenance',
    help: '1 while the service is in a window of maintenance.',
  }),
  checkInterval: new FreshGauge<'check'>({
    name: 'vigie_check_interval_seconds',
    help: 'Time between two probes of a series; for a calendar, the longest.',
  }),
  lastProbe: new FreshGauge<keyof SeriesKey>({
    name: 'vigie_last_probe_timestamp_seconds',
    help: 'When the newest probe that counted began.',
  }),
  phaseLast: new FreshGauge<keyof SeriesKey | 'phase'>({
    name: 'vigie_probe_phase_last_seconds',
    help: 'How long the phase took in the newest probe; absent when it was not reached.',
  }),
  detector: new FreshGauge<keyof SeriesKey | 'phase' | 'detector'>({
    name: 'vigie_detector_statistic',
    help: 'Evidence that the phase takes longer than usual, always (shift) or now and then (tail), as a share of what it takes to say so; absent where there is none.',
  }),
  serviceState: new FreshGauge<'service' | 'state'>({
    name: 'vigie_service_state',
    help: '1 for the state that the service is in, 0 for the others.',
  }),
  serviceConsequence: new FreshGauge<'service'>({
    name: 'vigie_service_consequence',
    help: '1 while all that is wrong with the service is explained by the outage of what it depends on.',
  }),
  ...fitnessMetrics(),
});

/** Whether we can judge at all. */
const fitnessMetrics = () => ({
  proberFit: new FreshGauge<never>({
    name: 'vigie_prober_fit',
    help: '0 while all witnesses fail or the prober itself is unfit: nobody is judged.',
  }),
  proberUnfit: new FreshGauge<'cause'>({
    name: 'vigie_prober_unfit',
    help: '1 for what makes the prober itself unfit to measure: its event loop, the clock, or file descriptors.',
  }),
  sighted: new FreshGauge<'vantage' | 'family'>({
    name: 'vigie_sighted',
    help: '0 while the witnesses of this vantage point and family show nothing: what is probed so is not judged.',
  }),
  memory: new FreshGauge<never>({ name: 'process_resident_memory_bytes', help: 'Resident memory.' }),
});

/** How we do ourselves. */
const ownMetrics = () => {
  const histogram = (name: string, help: string) =>
    new Histogram({ registers, name, help, buckets: latencyBuckets });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ registers, name, help, labelNames });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ registers, name, help, labelNames });
  return {
    build: gauge('vigie_build_info', 'Always 1: what is running.', ['version', 'revision', 'node']),
    lag: histogram('vigie_scheduler_lag_seconds', 'By how much probes started late.'),
    missed: counter('vigie_scheduler_missed_total', 'Probes that were due and were not made.'),
    inFlight: gauge('vigie_probes_in_flight', 'Probes under way.', ['type']),
    stall: histogram(
      'vigie_event_loop_delay_seconds',
      'The longest the event loop of the prober stood still, once a report of the prober.',
    ),
    write: histogram('vigie_db_write_duration_seconds', 'How long transactions took.'),
    busy: counter(
      'vigie_db_busy_seconds_total',
      'Time that the database was at work, by what it was asked.',
      ['method'],
    ),
    backedUp: gauge(
      'vigie_backup_verified_timestamp_seconds',
      'When the newest copy of the database was found to be sound; 0 before the first.',
    ),
    shed: counter(
      'vigie_results_shed_total',
      'Results that will never be written: the database could not take them for too long, or refused them.',
    ),
    reloads: counter('vigie_config_reloads_total', 'Times the configuration was read again.', ['result']),
    reloaded: gauge(
      'vigie_config_last_reload_successful',
      '0 while the configuration file is refused and the old one holds.',
    ),
    reloadedAt: gauge(
      'vigie_config_last_reload_success_timestamp_seconds',
      'When the configuration in force was read.',
    ),
    events: counter('vigie_events_total', 'What there was to tell, by kind.', ['kind']),
    exposed: gauge('vigie_series', 'Series in the answer before this one.'),
    started: gauge('process_start_time_seconds', 'When the process started.'),
    untold: gauge('vigie_outbox_untold', 'What waits in the outbox to be told.'),
    messages: counter(
      'vigie_messages_total',
      'Attempts to tell a route, by what became of them: delivered, deferred (it is tried again) or dead (given up); and messages folded into a newer one.',
      ['route', 'result'],
    ),
    signs: counter(
      'vigie_dead_mans_switch_total',
      "Signs of life to dead man's switches that were due, by what became of them: given, failed, or held because Vigie is not well.",
      ['result'],
    ),
    undelivered: gauge('vigie_messages_waiting', 'Messages that wait for a route.', ['route']),
    subscribers: gauge(
      'vigie_subscribers',
      'Addresses of members who are told by mail, or have asked for it.',
      ['state'],
    ),
    cpu: counter('process_cpu_seconds_total', 'CPU time, user and system.'),
  };
};

/** Facts of the newest probe that are numbers worth a metric: by the name of the fact, and what makes it a base unit. */
const factMetrics = () => {
  const gauge = factGauge;
  return {
    ...mailMetrics(),
    ...routeMetrics(),
    certificateExpiresAt: gauge(
      'vigie_certificate_expiry_timestamp_seconds',
      'When the certificate of the server expires.',
      1e-3,
    ),
    chainExpiresAt: gauge(
      'vigie_certificate_chain_expiry_timestamp_seconds',
      'When the first certificate of the chain to a trusted root expires.',
      1e-3,
    ),
    lossRatio: gauge('vigie_ping_loss_ratio', 'Share of the packets of the newest probe that were lost.'),
    lostVotes: gauge(
      'vigie_uplink_lost_votes_ratio',
      'Share of the networks of references from which the newest round got no answer.',
    ),
    uplinkLossRatio: gauge(
      'vigie_uplink_loss_ratio',
      'Share of what was lately sent to references that was lost on the way that they have in common.',
    ),
    jitterUs: gauge(
      'vigie_ping_jitter_seconds',
      'Mean difference between one round trip and the next.',
      1e-6,
    ),
    signaturesExpireAt: gauge(
      'vigie_dnssec_expiry_timestamp_seconds',
      'When the first signature of the zone expires that holds.',
      1e-3,
    ),
    serial: gauge('vigie_dns_serial', 'The newest serial of the zone that was seen.'),
    servers: gauge('vigie_dns_zone_servers', 'Addresses of name servers of the zone.'),
    serversAnswering: gauge(
      'vigie_dns_zone_servers_answering',
      'Addresses of name servers that answered for the zone.',
    ),
    retransmissions: gauge('vigie_retransmissions', 'Times that the newest probe sent its request again.'),
    sipStatus: gauge('vigie_sip_status_code', 'Status of the newest final reply to OPTIONS.'),
    status: gauge('vigie_http_status_code', 'Status of the newest answer.'),
    bodyBytes: gauge('vigie_http_body_bytes', 'Length of the body of the newest answer.'),
    valueAt: gauge('vigie_value_timestamp_seconds', 'Of when that number is, where it says so.', 1e-3),
    value: gauge('vigie_value', 'The number that a check of a value read.'),
  };
};

const mailMetrics = () => ({
  listings: factGauge('vigie_dnsbl_listings', 'How often our addresses stand in block lists.'),
  inFlight: factGauge('vigie_mail_in_flight', 'Messages of a mail loop that have not arrived yet.'),
  oldestUnseenAt: factGauge(
    'vigie_mail_oldest_unseen_timestamp_seconds',
    'When the first of the messages was sent that a mail loop still waits for.',
    1e-3,
  ),
});

const factGauge = (name: string, help: string, factor = 1) => ({
  gauge: new FreshGauge<keyof SeriesKey>({ name, help }),
  factor,
});

/** Of sessions with neighbouring networks, of the ways to others and of the ports that lead there. */
const routeMetrics = () => {
  const gauge = factGauge;
  return {
    established: gauge('vigie_bgp_sessions_established', 'Sessions of the check that are established.'),
    imported: gauge('vigie_bgp_routes_imported', 'Prefixes that the sessions of the check bring.'),
    exported: gauge('vigie_bgp_routes_exported', 'Prefixes that we announce on the sessions of the check.'),
    preferred: gauge('vigie_bgp_routes_preferred', 'Imported prefixes that are the best of their kind.'),
    visiblePeers: gauge(
      'vigie_bgp_prefix_visible_peers',
      'Networks at route collectors that know the prefix.',
    ),
    up: gauge('vigie_interface_up', '1 while the interface works.'),
    inBitsPerSecond: gauge(
      'vigie_interface_receive_bytes_per_second',
      'What came in, on average between two probes.',
      1 / 8,
    ),
    outBitsPerSecond: gauge(
      'vigie_interface_transmit_bytes_per_second',
      'What went out, on average between two probes.',
      1 / 8,
    ),
    errorRatio: gauge('vigie_interface_error_ratio', 'Share of the packets that were broken or thrown away.'),
    utilisationRatio: gauge(
      'vigie_interface_utilisation_ratio',
      'Share of the speed of the interface, the busier way.',
    ),
    pathLossRatio: gauge(
      'vigie_path_loss_ratio',
      'Share of the packets that did not arrive at the end of the way.',
    ),
    hops: gauge('vigie_path_hops', 'Hops on the way of the newest probe.'),
    pathChangedAt: gauge(
      'vigie_path_change_timestamp_seconds',
      'When the way was last seen to be another.',
      1e-3,
    ),
    dataAt: gauge('vigie_source_timestamp_seconds', 'When the source of a check saw what it tells.', 1e-3),
  };
};
