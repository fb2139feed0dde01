// Are the sessions with neighbouring networks up, do they bring what they usually bring, and does the Internet see us?
import { isIP } from 'node:net';
import { constants, open } from 'node:fs/promises';
import { z } from 'zod';
import { duration, percent } from '../config/fields.ts';
import { readBirdwatcher, readFrr } from './lib/bgp-json.ts';
import { remembered, sessionFacts, sessionProblems } from './lib/bgp-session.ts';
import type { Sessions } from './lib/bgp-session.ts';
import { askBird } from './lib/bird.ts';
import { textOf } from './lib/body.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { exchange, loadClient, withFacts } from './lib/exchange.ts';
import { parseJson } from './lib/json-pointer.ts';
import { questionAbout, readLookingGlass, visibilityFacts, visibilityProblems } from './lib/looking-glass.ts';
import { Failure, Unfit } from './lib/outcome.ts';
import type { Facts } from './lib/outcome.ts';
import { hostOf, httpUrl, requestFields, requestOf } from './lib/request.ts';

const bodyBytesMax = 4_000_000;
const sessionsMax = 8;

const path = (what: string) =>
  z
    .string({ error: what })
    .max(100, { error: `${what}, of at most 100 characters` })
    .regex(/^\/[^\0\n]+$/, { error: what });

const isPrefix = (text: string): boolean => {
  const [address = '', length = '', ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
};

const asn = () =>
  z
    .int({ error: 'the number of a network such as 64500' })
    .min(1, { error: 'the number of a network such as 64500' })
    .max(0xffff_ffff, { error: 'the number of a network such as 64500' });

const source = z.union(
  [
    z.strictObject({
      bird: path('the path of a control socket such as /run/bird/bird.ctl').describe(
        'Path of the control socket of BIRD.',
      ),
    }),
    z.strictObject({ birdwatcher: httpUrl().describe('Address of its page /protocols/bgp.') }),
    z.strictObject({
      frr: z
        .union([httpUrl(), path('the path of a file, or an address')])
        .describe('File, or address, where what `show bgp summary json` prints is put.'),
    }),
    z.strictObject({
      ripestat: z
        .strictObject({
          prefix: z
            .string()
            .refine(isPrefix, { error: 'a prefix such as 192.0.2.0/24' })
            .describe('Our prefix, exactly as it is announced.'),
          origin: z
            .union([asn(), z.array(asn()).min(1).max(8)])
            .describe('Number of the network that may announce it, or of several.'),
          url: httpUrl()
            .default('https://stat.ripe.net/data/looking-glass/data.json')
            .describe('Address of the looking glass.'),
        })
        .describe('Which prefix is looked for, and where.'),
    }),
  ],
  { error: '{ bird: PATH }, { birdwatcher: URL }, { frr: PATH or URL } or { ripestat: { prefix, origin } }' },
);

const { url: _, ...httpFields } = requestFields;

const options = z
  .strictObject({
    source: source.describe(
      'Who knows: the control socket of BIRD, the page /protocols/bgp of a birdwatcher, what `show bgp summary json` of FRR printed, or the looking glass of RIPEstat for a prefix and the network that announces it.',
    ),
    sessions: z
      .array(z.string().regex(/^[\w.:%@-]{1,64}$/, { error: 'the name of a session' }))
      .min(1)
      .max(sessionsMax, { error: `at most ${sessionsMax} sessions: the others into another check` })
      .optional()
      .describe(
        'Sessions to watch: names of protocols in BIRD, addresses of peers in FRR. One that is missing is down, all of them down is an outage.',
      ),
    drop: z
      .strictObject({
        degraded: percent().optional().describe('Without it: 50%, or 20% of those who see a prefix.'),
        failed: percent().optional().describe('Without it: never, or 80% of those who see a prefix.'),
      })
      .prefault({})
      .describe('How much less than the median of the last day is too little.'),
    'at-least': z
      .strictObject({
        imported: z.int().min(0).optional().describe('Prefixes that a session must bring.'),
        exported: z.int().min(0).optional().describe('Prefixes that we must announce on a session.'),
        peers: z.int().min(0).optional().describe('Networks of RIPEstat that must know the prefix.'),
      })
      .prefault({})
      .describe('Numbers below which it is degraded, whatever is usual.'),
    stale: duration()
      .prefault('20m')
      .describe('Age from which what the source has kept is no news any more.'),
    ...httpFields,
  })
  .refine(({ source, sessions }) => 'ripestat' in source === (sessions === undefined), {
    error: 'the names of sessions, and none for ripestat',
    path: ['sessions'],
  });
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'BGP',
  summary:
    'Watches sessions with neighbouring networks and their prefixes, or who on the Internet knows a prefix and from whom.',
  options,
  defaults: { everyMs: 60_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'tls', 'first-byte', 'transfer', 'reply'],
  slowMs: {},
  target: ({ source }) => {
    const url = urlOf(source);
    return url === undefined ? undefined : hostOf(new URL(url));
  },
  load: loadClient,
  run: (options, probe) =>
    // What was usual is not forgotten because the source was silent for a while.
    withFacts(remembered(probe.before), () =>
      'ripestat' in options.source
        ? see(options, options.source.ripestat, probe)
        : watch(options, options.source, probe),
    ),
});

type Source = Options['source'];
type Glass = Extract<Source, { ripestat: object }>['ripestat'];

const urlOf = (source: Source): string | undefined => {
  if ('ripestat' in source) return source.ripestat.url;
  if ('birdwatcher' in source) return source.birdwatcher;
  return 'frr' in source && !source.frr.startsWith('/') ? source.frr : undefined;
};

const watch = async (
  options: Options,
  source: Exclude<Source, { ripestat: object }>,
  probe: Probe,
): Promise<Seen> => {
  const { sessions: names = [], drop, 'at-least': atLeast } = options;
  const seen = await sessionsOf(options, source, names, probe);
  const now = probe.now();
  const rules = { names, drop: { degraded: drop.degraded ?? 0.5, failed: drop.failed }, atLeast };
  const problems = sessionProblems(seen, rules, probe.before);
  return judged(options, seen.at, problems, sessionFacts(seen, names, probe.before, now), now);
};

const see = async (options: Options, { prefix, origin, url }: Glass, probe: Probe): Promise<Seen> => {
  const { drop, 'at-least': atLeast } = options;
  const seen = await heard(url, async () => {
    const { document } = await fetchJson(options, questionAbout(url, prefix), probe);
    return readLookingGlass(document, probe.now());
  });
  const rules = {
    prefix,
    origins: [origin].flat(),
    drop: { degraded: drop.degraded ?? 0.2, failed: drop.failed ?? 0.8 },
    peersMin: atLeast.peers,
  };
  const now = probe.now();
  const problems = visibilityProblems(seen, rules, probe.before);
  return judged(options, seen.at, problems, visibilityFacts(seen, probe.before, now), now);
};

/** The worst of what is wrong; old news come last, for what they tell of trouble is trouble still. */
const judged = (
  { stale }: Options,
  at: number,
  problems: readonly Failure[],
  facts: Facts,
  now: number,
): Seen => {
  const ageMs = now - at;
  const old = new Failure('stale', `what the source tells is ${Math.round(ageMs / 60_000)} min old`, {
    kind: 'warn',
  });
  const all = ageMs > stale ? [...problems, old] : problems;
  const worst = all.find(({ kind }) => kind === 'fail') ?? all[0];
  if (worst?.kind === 'fail') throw new Failure(worst.cause, worst.message, { facts });
  return { facts, ...(worst && { warning: worst }) };
};

/** BIRD is the router. All others only tell of it: that they are silent, or talk nonsense, says nothing about it. */
const sessionsOf = (
  options: Options,
  source: Exclude<Source, { ripestat: object }>,
  names: readonly string[],
  probe: Probe,
): Promise<Sessions> => {
  if ('bird' in source) return askBird(source.bird, names, probe);
  if ('birdwatcher' in source)
    return heard(source.birdwatcher, async () => {
      const { document } = await fetchJson(options, source.birdwatcher, probe);
      return readBirdwatcher(document, names, probe.now());
    });
  return heard(source.frr, async () => {
    const { document, at = probe.now() } = source.frr.startsWith('/')
      ? await readJson(source.frr)
      : await fetchJson(options, source.frr, probe);
    return readFrr(document, names, at);
  });
};

const heard = async <Told>(source: string, listen: () => Promise<Told>): Promise<Told> => {
  try {
    return await listen();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Unfit('self_no_source', `${source} does not tell: ${error.message}`);
  }
};

const fetchJson = async (
  options: Options,
  url: string,
  probe: Probe,
): Promise<{ readonly document: unknown; readonly at: number | undefined }> => {
  const answer = await exchange(requestOf({ ...options, url }), { bodyBytesMax, keepsBody: true }, probe);
  if (answer.status !== 200) throw new Failure('bad_status', `answered ${answer.status}`);
  const modifiedAt = Date.parse(String(answer.headers['last-modified'] ?? ''));
  return {
    document: parseJson(answer, await textOf(answer)),
    at: Number.isFinite(modifiedAt) ? modifiedAt : undefined,
  };
};

/** A file that some job writes; that it cannot be read says nothing about the router. */
const readJson = async (file: string): Promise<{ readonly document: unknown; readonly at: number }> => {
  // Without waiting for whoever writes into a pipe.
  const opened = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    ({ code }: NodeJS.ErrnoException) => {
      throw new Unfit('self_misconfigured', `cannot read ${file} (${code})`);
    },
  );
  try {
    const { mtimeMs, size } = await opened.stat();
    if (size > bodyBytesMax) throw new Unfit('self_misconfigured', `${file} is too large`);
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(size), 0, size, 0);
    return { document: parseJson({ isWhole: true }, buffer.toString('utf8', 0, bytesRead)), at: mtimeMs };
  } finally {
    await opened.close();
  }
};
