import { expect, test } from 'vitest';
import type { Cause } from '../../../../checks/lib/outcome.ts';
import type { HostFacts, SiteFacts, Visit, VisitEnd } from '../../../../server/core/self-check/facts.ts';
import { judgeSite } from '../../../../server/core/self-check/judge.ts';

const answered = (status: number, expires = false): VisitEnd => ({ kind: 'answered', status, expires });
const failed = (cause: Cause): VisitEnd => ({ kind: 'failed', cause });

const way = (host: Visit['host'], family: Visit['family'], isSecure: boolean, end: VisitEnd): Visit => ({
  host,
  family,
  isSecure,
  end,
});

/** Both schemes of both names, over IPv4. */
const visits = (end: VisitEnd, secure: VisitEnd = end): readonly Visit[] =>
  (['bare', 'www'] as const).flatMap((host) => [way(host, 4, false, end), way(host, 4, true, secure)]);

const bare: HostFacts = { host: 'bare', four: 'ours', six: 'none' };
const www: HostFacts = { ...bare, host: 'www' };

const well: SiteFacts = {
  name: { standing: 'found', servers: 'ours' },
  hosts: [bare, www],
  visits: visits(answered(200)),
  mail: { goes: 'ours', spf: 1 },
};

const inShort = (facts: Partial<SiteFacts>): readonly string[] => {
  const { verdict, findings } = judgeSite({ ...well, ...facts });
  return [verdict, ...findings.map(({ kind, whose, hurts }) => `${kind} ${whose} ${hurts}`)];
};

test('of a site that is well each step is told, and nothing is to be mended', () => {
  expect(inShort({})).toEqual([
    'works',
    'named nobody nobody',
    'addressed nobody nobody',
    'certified nobody nobody',
    'answers nobody nobody',
    'mail-here nobody nobody',
  ]);
});

test.for<readonly [standing: SiteFacts['name'], verdict: string, said: string]>([
  [{ standing: 'nowhere', servers: 'unknown' }, 'yours', 'lapsed yours all'],
  [{ standing: 'bogus', servers: 'ours' }, 'ours', 'bogus ours all'],
  [{ standing: 'bogus', servers: 'others' }, 'yours', 'bogus yours all'],
  [{ standing: 'unanswered', servers: 'ours' }, 'ours', 'unanswered ours all'],
  [{ standing: 'unanswered', servers: 'others' }, 'yours', 'unanswered yours all'],
  [{ standing: 'unanswered', servers: 'unknown' }, 'unclear', 'unanswered unknown all'],
])('a name that is %j is all there is to tell', ([name, ...said]) => {
  const hosts = [{ ...bare, four: 'unanswered', six: 'unanswered' }] as const;
  expect(inShort({ name, hosts, visits: [] })).toEqual(said);
});

test('that others serve the name is no fault', () => {
  expect(inShort({ name: { standing: 'found', servers: 'others' } }).slice(0, 2)).toEqual([
    'works',
    'named-elsewhere nobody nobody',
  ]);
});

test.for<readonly [hosts: readonly HostFacts[], said: string]>([
  [
    [
      { ...bare, four: 'none' },
      { ...www, four: 'none' },
    ],
    'unaddressed yours all',
  ],
  [
    [
      { ...bare, four: 'elsewhere' },
      { ...www, four: 'elsewhere' },
    ],
    'astray yours all',
  ],
  [
    [
      { ...bare, four: 'elsewhere', six: 'elsewhere' },
      { ...www, four: 'none' },
    ],
    'astray yours all',
  ],
  [[{ ...bare, six: 'elsewhere' }, www], 'astray-six yours some'],
  [[bare, { ...www, six: 'elsewhere' }], 'astray-six yours some'],
  [[{ ...bare, four: 'elsewhere', six: 'ours' }, www], 'astray-four yours some'],
  [[{ ...bare, four: 'both' }, www], 'astray-some yours some'],
  [[bare, { ...www, four: 'none' }], 'www-missing yours some'],
  [[bare, { ...www, four: 'elsewhere' }], 'www-astray yours some'],
  [[{ ...bare, four: 'none' }, www], 'bare-missing yours some'],
  [[{ ...bare, four: 'elsewhere' }, www], 'bare-astray yours some'],
  [[{ ...bare, six: 'ours' }, www], 'addressed nobody nobody'],
])('addresses that lead to %j', ([hosts, said]) => {
  expect(inShort({ hosts })[2]).toBe(said);
});

test('of addresses that nobody could tell nothing is said', () => {
  const hosts = [bare, { ...www, six: 'unanswered' as const }];
  expect(judgeSite({ ...well, hosts }).findings.map(({ step }) => step)).not.toContain('addresses');
});

test.for<readonly [end: VisitEnd, certificate: string]>([
  [failed('tls_expired'), 'expired ours all'],
  [failed('tls_not_yet_valid'), 'not-yet ours all'],
  [failed('tls_name'), 'other-name ours all'],
  [failed('tls_self_signed'), 'untrusted ours all'],
  [failed('tls_chain'), 'untrusted ours all'],
  [failed('tls_proto'), 'broken ours all'],
  [failed('timeout_tls'), 'broken ours all'],
])(
  'a certificate behind which nothing is seen (%j) is told in the place of the page',
  ([end, certificate]) => {
    expect(inShort({ visits: visits(end) })).toEqual([
      'ours',
      'named nobody nobody',
      'addressed nobody nobody',
      certificate,
      'mail-here nobody nobody',
    ]);
  },
);

test.for<readonly [about: string, seen: readonly Visit[], verdict: string, said: readonly string[]]>([
  [
    'soon expires',
    visits(answered(200), answered(200, true)),
    'works',
    ['expiring ours soon', 'answers nobody nobody'],
  ],
  [
    'is there for one of two names',
    [...visits(answered(200)).slice(0, 3), way('www', 4, true, failed('tls_name'))],
    'for-some',
    ['other-name ours some', 'answers nobody nobody'],
  ],
  [
    'is missing',
    visits(answered(200), failed('refused')),
    'for-some',
    ['missing ours some', 'answers nobody nobody'],
  ],
])('a certificate that %s', ([, seen, verdict, said]) => {
  const [told, , , ...rest] = inShort({ visits: seen });
  expect([told, ...rest.slice(0, 2)]).toEqual([verdict, ...said]);
});

test.for<readonly [end: VisitEnd, verdict: string, said: string]>([
  [answered(200), 'works', 'answers nobody nobody'],
  [answered(304), 'works', 'answers nobody nobody'],
  [answered(401), 'works', 'answers nobody nobody'],
  [answered(403), 'yours', 'forbidden yours all'],
  [answered(404), 'yours', 'not-found yours all'],
  [answered(410), 'yours', 'not-found yours all'],
  [answered(418), 'yours', 'refuses yours all'],
  [answered(500), 'yours', 'fails yours all'],
  [answered(502), 'ours', 'fails-here ours all'],
  [answered(503), 'ours', 'fails-here ours all'],
  [answered(504), 'ours', 'fails-here ours all'],
  [{ kind: 'loops' }, 'yours', 'loops yours all'],
  [{ kind: 'leads-away' }, 'works', 'leads-away nobody nobody'],
  [failed('refused'), 'ours', 'silent ours all'],
  [failed('timeout_connect'), 'ours', 'silent ours all'],
  [failed('timeout_reply'), 'ours', 'silent ours all'],
  [failed('reset'), 'ours', 'silent ours all'],
])('a page that ends with %j', ([end, verdict, said]) => {
  const [told, ...rest] = inShort({ visits: visits(end) });
  expect(told).toBe(verdict);
  expect(rest).toContain(said);
});

test('a page that answers over one family only is there for some', () => {
  const seen = [...visits(answered(200)), way('bare', 6, false, failed('timeout_connect'))];
  expect(inShort({ visits: seen })).toEqual(expect.arrayContaining(['for-some', 'silent ours some']));
});

test('a site of which nothing was seen is not said to work', () => {
  expect(inShort({ visits: [] })[0]).toBe('unclear');
});

test.for<readonly [mail: SiteFacts['mail'], said: string | undefined]>([
  [{ goes: 'nowhere', spf: 0 }, 'mail-nowhere nobody nobody'],
  [{ goes: 'elsewhere', spf: 0 }, 'mail-elsewhere nobody nobody'],
  [{ goes: 'both', spf: 1 }, 'mail-both yours soon'],
  [{ goes: 'ours', spf: 0 }, 'no-spf yours soon'],
  [{ goes: 'ours', spf: 2 }, 'spf-twice yours soon'],
])('mail that goes %j does not change whether the site works', ([mail, said]) => {
  const told = inShort({ ...(mail && { mail }) });
  expect([told[0], told.at(-1)]).toEqual(['works', said]);
});
