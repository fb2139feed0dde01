// What one probe saw, as a value: the only thing a check ever says.

/** Why a probe failed. Closed, because it is a label in Prometheus and a key of the locales. */
export const causes = [
  'dns_nxdomain',
  'dns_servfail',
  'dns_timeout',
  'dns_no_address',
  'dnssec_bogus',
  'dnssec_expiring',
  'dnssec_insecure',
  'refused',
  'reset',
  'unreachable',
  'timeout_connect',
  'timeout_tls',
  'timeout_reply',
  'tls_expired',
  'tls_not_yet_valid',
  'tls_expiring',
  'tls_name',
  'tls_chain',
  'tls_self_signed',
  'tls_proto',
  'host_key_changed',
  'bad_status',
  'bad_body',
  'bad_answer',
  'bad_value',
  'auth_failed',
  'protocol',
  'too_many_connections',
  'read_only',
  'data_channel',
  'lock_wait',
  'loss',
  'uplink_down',
  'uplink_partial',
  'link_down',
  'saturated',
  'session_down',
  'routes_lost',
  'wrong_origin',
  'slow',
  'stale',
  'job_failed',
  'deferred',
  'rejected',
  'undelivered',
  'listed',
] as const;
export type Cause = (typeof causes)[number];

/** Why a probe is no evidence about its target: the prober itself was unfit. */
export const selfCauses = [
  'self_loop_lag',
  'self_clock',
  'self_no_files',
  'self_no_network',
  'self_no_resolver',
  'self_no_source',
  'self_misconfigured',
  'self_bug',
] as const;
export type SelfCause = (typeof selfCauses)[number];

/** Integer microseconds by phase, in the order they were reached. A phase that was not reached is absent, never 0. */
export type PhasesUs = Readonly<Record<string, number>>;
/** What else was seen, for administrators: at most `factsMax` entries. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

export interface Measured {
  readonly phasesUs: PhasesUs;
  /** From the start of the probe to its end; the phases need not add up to it. */
  readonly totalUs: number;
  readonly facts: Facts;
}

export type Outcome =
  | ({ readonly kind: 'ok' } & Measured)
  /** Works, but somebody should look: `warn` counts towards degraded, `fail` towards down. */
  | ({ readonly kind: 'warn' | 'fail'; readonly cause: Cause; readonly evidence: string } & Measured)
  /** The prober could not judge: no evidence about the target, neither good nor bad. */
  | ({ readonly kind: 'invalid'; readonly cause: SelfCause; readonly evidence: string } & Measured);

export const evidenceCharsMax = 200;
export const factsMax = 24;

// Controls, invisible format characters and those that turn the direction of the text around them.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]+/gu;

/** One line of at most `evidenceCharsMax` characters with nothing in it that a terminal or a page would obey, or XML would refuse. */
export const printable = (text: string): string => {
  const line = text.replace(unprintable, ' ').trim();
  if (line.length <= evidenceCharsMax) return line;
  // Half a letter is none, and there are receivers that refuse it.
  return `${line.slice(0, evidenceCharsMax - 1).replace(/\p{Cs}$/u, '')}…`;
};

/**
 * How the code of a check says that its target failed, from however deep. `defineCheck` turns it into an outcome;
 * every other exception is a bug of ours and stays one.
 */
export class Failure extends Error {
  override readonly cause: Cause;
  readonly kind: 'warn' | 'fail';
  readonly facts: Facts;

  constructor(
    cause: Cause,
    evidence: string,
    { kind = 'fail', facts = {} }: { kind?: 'warn' | 'fail'; facts?: Facts } = {},
  ) {
    super(printable(evidence));
    this.cause = cause;
    this.kind = kind;
    this.facts = facts;
  }
}

/** What comes of it, or that its target failed, as a value; everything else is thrown on. */
export const orFailure = async <Value>(coming: Promise<Value>): Promise<Value | Failure> => {
  try {
    return await coming;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
};

/** The prober is not fit to judge: no route, no tool, no permission. */
export class Unfit extends Error {
  override readonly cause: SelfCause;

  constructor(cause: SelfCause, evidence: string) {
    super(printable(evidence));
    this.cause = cause;
  }
}
