// English, and with it the list of all there is to say. Whole sentences: nobody glues them together.
import { dates, durations, latencies, momentOf } from './time.ts';

const day = dates('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const date = dates('en-GB', { day: 'numeric', month: 'long' });
const dateAndYear = dates('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = dates('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const list = new Intl.ListFormat('en-GB');
const latency = latencies('en-GB');

const clock = (at: number, now: number, timezone: string): string => {
  const { hour, minute, zone } = momentOf(at, now, timezone);
  return `${String(hour).padStart(2, '0')}:${minute}${zone === undefined ? '' : ` (${zone})`}`;
};

/** What is slower than usual: see `Finding`. */
export interface Slowness {
  readonly slowPart?: 'connecting' | 'reading' | 'writing' | undefined;
  readonly kind: 'shift' | 'tail';
  readonly tookMs: number;
  readonly usualMs: number;
}
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** After a colon, what is said is right for any name and any number of them. */
const about = (names: readonly string[], what: string): string => `${list.format(names)}: ${what}`;
const counted =
  (what: string) =>
  (count: number, of: number): string =>
    `${count} of ${of} services ${what}.`;

export const en = {
  name: 'English',
  tagline: 'state of the services',
  languages: 'Languages',
  title: (headline: string, organisation: string): string => `${headline} – ${organisation}`,
  time: {
    /** After “since”. */
    since: (at: number, now: number, timezone: string): string => {
      const { daysAgo, isThisYear } = momentOf(at, now, timezone);
      const time = clock(at, now, timezone);
      if (daysAgo === 0) return time;
      if (daysAgo === 1) return `yesterday at ${time}`;
      return `${(isThisYear ? date : dateAndYear)(at, timezone)} at ${time}`;
    },
    until: (at: number, now: number, timezone: string): string => {
      const { daysAgo, isThisYear } = momentOf(at, now, timezone);
      const time = clock(at, now, timezone);
      if (daysAgo === 0) return `until ${time}`;
      if (daysAgo === -1) return `until tomorrow at ${time}`;
      return `until ${(isThisYear ? date : dateAndYear)(at, timezone)} at ${time}`;
    },
    between: (from: number, until: number, timezone: string): string => {
      const [start, end] = [clock(from, from, timezone), clock(until, until, timezone)];
      const isOneDay = momentOf(from, until, timezone).daysAgo === 0;
      return isOneDay
        ? `${day(from, timezone)}, from ${start} to ${end}`
        : `From ${day(from, timezone)} at ${start} to ${day(until, timezone)} at ${end}`;
    },
    /** Understood years later too. */
    lasting: (at: number, timezone: string): string =>
      `${dateAndYear(at, timezone)} at ${clock(at, at, timezone)}`,
    /** Understood days later too. */
    full: (at: number, timezone: string): string => `${day(at, timezone)} at ${clock(at, at, timezone)}`,
    short: (at: number, now: number, timezone: string): string => {
      const { daysAgo } = momentOf(at, now, timezone);
      const time = clock(at, now, timezone);
      if (daysAgo === 0) return `today, ${time}`;
      return daysAgo === 1 ? `yesterday, ${time}` : `${shortDay(at, timezone)}, ${time}`;
    },
    duration: durations({ days: 'd', hours: 'h', minutes: 'min', seconds: 's' }),
  },
  headline: {
    up: 'Everything works.',
    none: 'No service is published here.',
    nothingKnown: 'We do not know the state of any service.',
    blind: (since: string): string => `We have not seen the services since ${since}.`,
    unfit: (since: string): string => `We have not been able to measure since ${since}.`,
    /** `what` is one of the words of `state`. */
    troubled: (names: readonly string[], what: string): string => `${about(names, what)}.`,
    /** Those whose outage is a consequence. */
    dragged: (names: readonly string[]): string => `This also affects ${list.format(names)}.`,
    draggedMany: (count: number): string => `This also affects ${count} other services.`,
  },
  /** Where there are too many to name. */
  count: {
    down: counted('are down'),
    partial: counted('are partly down'),
    slow: counted('answer slowly'),
    degraded: counted('are not working well'),
    unknown: (count: number, of: number): string => `The state of ${count} of ${of} services is unknown.`,
    maintenance: counted('are under maintenance'),
    expiring: counted('have a certificate that is due for renewal'),
  },
  worksForNow: 'Everything works for now.',
  restWorks: 'Everything else works.',
  blind:
    'It is our own network access that is cut: the services may well work. Nothing is counted for or against them meanwhile.',
  nothingKnown: 'That does not mean that they are down: we have no recent measurement of them.',
  unfit:
    'It is our own machine that is not in order: the services may well be working. Nothing is counted for or against them meanwhile.',
  /** `where`: a kind of address, and the place that measures. */
  unmeasured: (where: string, since: string): string =>
    `${where}: measuring has been impossible since ${since}.`,
  demonstration:
    'This is a demonstration. Vigie has started small servers of its own and really probes them; they are nobody’s services, and their past is made up.',
  measuredAt: (when: string): string => `Measured on ${when}. Reload the page for newer news.`,
  state: {
    up: 'works',
    expiring: 'certificate due for renewal',
    slow: 'slow answers',
    degraded: 'not working well',
    partial: 'partly down',
    down: 'down',
    unknown: 'state unknown',
    maintenance: 'under maintenance',
  },
  since: (what: string, when: string): string => `${what} since ${when}`,
  flapping: 'Its state keeps changing.',
  overLoss: 'On the way of our measurements data gets lost: its speed is not judged.',
  maintenance: {
    heading: 'Announced work',
    /** `until` is of `time`. */
    underWay: (until: string): string => `maintenance under way ${until}`,
    touched: (names: readonly string[]): string => `May be affected: ${list.format(names)}.`,
  },
  places: (reachable: readonly string[], unreachable: readonly string[]): string =>
    `Reachable from: ${list.format(reachable)}. Not reachable from: ${list.format(unreachable)}.`,
  services: 'Services',
  otherServices: 'Other services',
  legend: 'Legend',
  days: {
    /** Of so many days, on how many something was wrong. */
    summary: (days: number, { down, degraded }: Record<'down' | 'degraded', number>): string =>
      `The last ${days} days: ${list.format([
        ...(down > 0 ? [`down on ${down}`] : []),
        ...(degraded > 0 ? [`not working well on ${degraded}`] : []),
        ...(down + degraded === 0 ? ['no interruption was recorded'] : []),
      ])}.`,
    heading: (days: number): string => `${days} days`,
    notSeen: 'not seen yet',
    was: {
      down: (length: string): string => `down for ${length}`,
      degraded: (length: string): string => `slow or disturbed for ${length}`,
    },
  },
  outages: {
    open: 'Going on now',
    recent: 'The last fourteen days',
    none: 'No interruption was recorded.',
    noOther: 'No other interruption was recorded.',
    began: (when: string, length: string): string => `Since ${when}: ${length} so far.`,
    unseenFor: (length: string): string => `For another ${length} we saw nothing.`,
    unseen: 'We do not know what has become of it: we cannot see it now.',
    when: 'When',
    what: 'What',
    length: 'How long',
    /** `what` is one of the words of `state`. */
    title: (service: string, what: string): string => about([service], what),
  },
  measuring: {
    heading: 'How we measure',
    text: [
      'Day and night, a program uses each service as a member would, and notes what becomes of it.',
      'An interruption begins at the first measurement that failed and ends at the first that succeeded, though we only announce it once it is confirmed.',
      'Time in which we saw nothing is called “unknown” and counts neither for nor against. The time of announced work is counted apart.',
    ],
  },
  privacy: 'No cookie, no tracker, no address kept.',
  api: 'The same as data (API)',
  site: (organisation: string): string => `The site of ${organisation}`,
  slowPart: {
    connecting: 'Connecting takes too long.',
    reading: 'Reading is slow.',
    writing: 'Writing is slow.',
  },
  /** How long an answer takes. */
  speed: (tookMs: number, usualMs?: number): string =>
    usualMs === undefined
      ? `answers in ${latency(tookMs)}`
      : `${latency(tookMs)}, usually ${latency(usualMs)}`,
  /** What takes longer than usual; a sentence without its full stop. */
  slowness: ({ slowPart, kind, tookMs, usualMs }: Slowness): string => {
    const what = {
      connecting: 'connecting takes longer',
      reading: 'reading from the database is slow',
      writing: 'writing to the database is slow',
      other: 'answers are slow',
    }[slowPart ?? 'other'];
    const how = kind === 'tail' ? `now and then, ${what}` : what;
    return `${capital(how)}: ${latency(tookMs)}, usually ${latency(usualMs)}`;
  },
  /** What a member feels of it. */
  consequence: {
    connecting: 'Every page that needs it may keep you waiting.',
    reading: 'A site that looks something up may keep you waiting.',
    writing: 'A site that saves something may keep you waiting.',
  },
  /** Why, where it is the outage of another service. */
  because: {
    down: (root: string): string => `Cannot be reached: incident in progress on ${root}.`,
    degraded: (root: string): string => `Disturbed: incident in progress on ${root}.`,
    planned: (root: string): string => `In consequence of announced work on ${root}.`,
    past: (root: string): string => `In consequence of an incident on ${root}.`,
  },
  cause: {
    dns_nxdomain: 'Its domain name cannot be found.',
    dns_servfail: 'The name servers answer with an error.',
    dns_timeout: 'The name servers do not answer.',
    dns_no_address: 'Its name leads to no address.',
    dnssec_bogus: 'The signatures of its domain name do not hold.',
    dnssec_expiring: 'The signatures of its domain name expire soon.',
    dnssec_insecure: 'Its domain name is not protected by signatures, though it should be.',
    refused: 'The server refuses connections.',
    reset: 'The server cuts connections off.',
    unreachable: 'No way through the network leads to the server.',
    timeout_connect: 'The server does not answer requests to connect.',
    timeout_tls: 'The secure connection is not established in time.',
    timeout_reply: 'The answer does not come in time.',
    tls_expired: 'The security certificate has expired.',
    tls_not_yet_valid: 'The security certificate is not valid yet.',
    tls_expiring: 'The security certificate expires soon.',
    tls_name: 'The security certificate is for another name.',
    tls_chain: 'The security certificate is not trusted by browsers.',
    tls_self_signed: 'Nobody vouches for the security certificate.',
    tls_proto: 'The secure connection fails.',
    host_key_changed: 'The server shows another identity than the one we know.',
    bad_status: 'The server answers with an error.',
    bad_body: 'The page does not have the content it should.',
    bad_answer: 'The answer is not the one expected.',
    bad_value: 'Something we measure is out of its limits.',
    auth_failed: 'Logging in fails.',
    protocol: 'The server answers in a way that cannot be understood.',
    too_many_connections: 'The server is full: too many connections at once.',
    read_only: 'Reading works, writing does not.',
    data_channel: 'Logging in works, exchanging files does not.',
    lock_wait: 'Writes wait too long for their turn.',
    loss: 'Part of what is sent gets lost on the way.',
    uplink_down: 'Our link to the Internet is cut.',
    uplink_partial: 'A part of the Internet cannot be reached.',
    link_down: 'A cable or a port of the network is dead.',
    saturated: 'A link of the network is full.',
    session_down: 'The connection with a neighbouring network is cut.',
    routes_lost: 'Part of the ways to or from the Internet is missing.',
    wrong_origin: 'Somebody else announces our addresses to the Internet.',
    slow: 'Answers come too slowly.',
    stale: 'There has been no news for too long.',
    job_failed: 'The scheduled job has failed.',
    deferred: 'The server puts mail off until later.',
    rejected: 'The server refuses mail.',
    undelivered: 'Mail that was sent does not arrive.',
    listed: 'Our mail servers are on a block list: others may refuse our mail.',
  },
};

export type Messages = typeof en;
