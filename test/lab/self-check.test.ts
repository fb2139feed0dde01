// What members are told of their own sites, of which most have a fault: real name servers, a real resolver, a real web server.
import type { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examine } from '../../server/prober/site/examine.ts';
import { ask, readingOf, serveSelfCheck } from '../support/asking.ts';
import { canHost, startHostedSites } from '../support/hosted-sites.ts';
import type { HostedSites } from '../support/hosted-sites.ts';
import { ninetyDays } from '../support/days.ts';

const works = ['Votre site répond.', 'Your site answers.'] as const;
const forSome = [
  'Votre site répond, mais pas à tout le monde.',
  'Your site answers, but not everybody.',
] as const;
const yours = ['C’est à régler de votre côté.', 'This is for you to mend.'] as const;
const ours = ['C’est à nous de le régler.', 'This is for us to mend.'] as const;

/** The headline, and a part of the sentence that explains it, in both languages. */
const faults: readonly (readonly [
  fault: string,
  domain: string,
  headline: readonly [fr: string, en: string],
  said: readonly [fr: string, en: string],
])[] = [
  ['nothing', 'well.test', works, ['La page d’accueil Elle répond.', 'The home page It answers.']],
  [
    'it is delegated to another host, and leads there',
    'moved.test',
    yours,
    [
      'se règlent chez qui le gère, le plus souvent là où vous l’avez acheté',
      'are set where it is managed, mostly',
    ],
  ],
  ['its domain has lapsed', 'lapsed.test', yours, ['Il n’existe pas, ou plus', 'no longer does']],
  [
    'its A leads elsewhere, in our own zone',
    'astray.test',
    yours,
    ['se règlent dans votre espace chez nous', 'in your account with us'],
  ],
  [
    'its AAAA alone leads elsewhere',
    'six.test',
    forSome,
    ['IPv6 (AAAA) du nom n’est pas la nôtre', 'IPv6 address (AAAA)'],
  ],
  [
    'one of two addresses leads elsewhere',
    'mixed.test',
    forSome,
    ['tantôt chez nous, tantôt ailleurs', 'now to us, now elsewhere'],
  ],
  [
    'there is no www',
    'no-www.test',
    forSome,
    ['www.no-www.test ne mène nulle part', 'www.no-www.test leads nowhere'],
  ],
  [
    'its certificate has expired',
    'expired.test',
    ours,
    ['Son certificat a expiré', 'Its certificate has expired'],
  ],
  [
    'its certificate is that of another name',
    'other-name.test',
    ours,
    ['Son certificat est au nom d’un autre site', 'Its certificate is that of another site'],
  ],
  [
    'there is no https',
    'no-tls.test',
    forSome,
    ['ne répond qu’à qui vient sans « https »', 'who come without “https”'],
  ],
  ['the site answers 500', 'broken.test', yours, ['s’arrête sur une erreur', 'stops with an error']],
  [
    'our server answers 503',
    'busy.test',
    ours,
    ['derrière notre serveur, ne répond pas', 'behind our server, does not answer'],
  ],
  ['its redirects go round', 'loop.test', yours, ['renvoie sans fin', 'without end']],
  ['nothing listens', 'silent.test', ours, ['Notre serveur ne répond pas', 'Our server does not answer']],
  ['its mail goes elsewhere', 'mail.test', works, ['mais chez un autre', 'but to somebody else']],
  ['nothing says who sends its mail', 'no-spf.test', works, ['un enregistrement SPF', 'an SPF record']],
  [
    'its signatures are broken',
    'bogus.test',
    ours,
    ['(DNSSEC) ne sont pas valables', '(DNSSEC) are not valid'],
  ],
  ['it redirects to somebody else', 'away.test', works, ['vers un autre site', 'to another site']],
  ['it redirects to another port', 'astray-port.test', works, ['vers un autre site', 'to another site']],
];

describe.skipIf(!canHost)('a site of which is wrong:', () => {
  let sites: HostedSites;
  let app: Hono;
  beforeAll(async () => {
    sites = await startHostedSites();
  }, 60_000);
  afterAll(() => sites[Symbol.asyncDispose]());

  const appOf = (...around: readonly Parameters<typeof serveSelfCheck>[3][]) => {
    const examiner = {
      examine: ({ domain }: { domain: string }) => examine(sites.site(domain), Date.now, sites.web),
    };
    return serveSelfCheck(sites.domains, sites.site(''), examiner, ...around).app;
  };
  // Of his own, for nobody may ask so often.
  beforeEach(() => {
    app = appOf();
  });

  test.for(faults)('%s', async ([, domain, headline, said]) => {
    for (const [index, language] of ['fr', 'en'].entries()) {
      const page = readingOf(await (await ask(app, domain, language)).text());
      expect(page).toContain(`${domain} ${headline[index]}`);
      expect(page).toContain(said[index]);
    }
  });

  test('nothing listens, and an outage that everybody can read of explains it', async () => {
    const since = Date.parse('2026-03-01T00:00:00Z');
    const web = { id: 'web', name: { fr: 'Hébergement', en: 'Hosting' }, days: ninetyDays() };
    const down = appOf({ services: [{ ...web, state: 'down', extent: 'major', cause: 'refused', since }] });
    const [fr, en] = [await ask(down, 'silent.test'), await ask(down, 'silent.test', 'en')];
    expect(readingOf(await fr.text())).toMatch(
      /C’est chez nous, et nous le savons.*Hébergement : en panne depuis/,
    );
    expect(readingOf(await en.text())).toMatch(/It is our fault, and we know of it.*Hosting: down since/);
    const broken = readingOf(await (await ask(down, 'broken.test')).text());
    expect(broken).toContain('C’est à régler de votre côté.');
  });

  test('nothing came to where none of it leads', () => {
    expect(sites.astrayCount()).toBe(0);
  });
});
