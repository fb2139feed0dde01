import { describe, expect, test } from 'vitest';
import { mailsSharedFate, sharedFate } from '../../../server/app/same-fate.ts';

const watched = [
  { check: 'sites', host: 'www.globenet.example' },
  { check: 'mail', host: '192.0.2.25' },
  { check: 'dns', host: 'ns1.asso-hote.asso.fr' },
];
const email = (host: string, domain: string) => ({ route: 'admins', type: 'email', hosts: [host, domain] });
const sms = { route: 'night', type: 'sms-free-mobile', hosts: ['smsapi.free-mobile.fr'] };

test('the sentence says which route needs what, and what to do', () => {
  expect(sharedFate([email('mx.globenet.example', 'globenet.example')], watched)).toBe(
    'every route shares the fate of what is watched: admins (email) needs mx.globenet.example, and sites watches www.globenet.example. When that is down, nobody is told. Add a route that needs nothing of yours, such as an SMS or the server of somebody else.',
  );
});

test('of several routes each is named', () => {
  const irc = { route: 'chat', type: 'irc', hosts: ['192.0.2.25'] };
  expect(sharedFate([email('192.0.2.25', 'elsewhere.example'), irc], watched)).toContain(
    ': admins (email) needs 192.0.2.25, and mail watches 192.0.2.25; chat (irc) needs 192.0.2.25, and mail watches 192.0.2.25.',
  );
});

test('a route whose name only a watched resolver knows is lost with it', () => {
  expect(sharedFate([sms], watched, ['192.0.2.25'])).toContain(
    ': night (sms-free-mobile) finds smsapi.free-mobile.fr only by 192.0.2.25, and mail watches that. When',
  );
});

describe('nothing is said', () => {
  test.for([
    ['as long as another resolver knows its name', ['smsapi.free-mobile.fr'], ['192.0.2.25', '192.0.2.26']],
    ['of what needs no name', ['198.51.100.7'], ['192.0.2.25']],
    ['of the resolvers of the system', ['smsapi.free-mobile.fr'], []],
  ] as const)('%s', ([, hosts, resolvers]) => {
    expect(sharedFate([{ ...sms, hosts }], watched, resolvers)).toBeUndefined();
  });

  test('as long as one route needs nothing that is watched', () => {
    expect(sharedFate([email('mx.globenet.example', 'globenet.example'), sms], watched)).toBeUndefined();
  });

  test('where there is no route at all', () => {
    expect(sharedFate([], watched)).toBeUndefined();
  });
});

test.for([
  ['globenet.example', true],
  ['GLOBENET.EXAMPLE.', true],
  ['deep.down.globenet.example', true],
  ['notglobenet.example', false],
  ['globenet.example.org', false],
  ['192.0.2.25', true],
  ['192.0.2.26', false],
  ['mx.asso-hote.asso.fr', true],
  ['mx.autre.asso.fr', false],
  ['smsapi.free-mobile.fr', false],
] as const)('mail through %s shares their fate: %s', ([host, shares]) => {
  expect(sharedFate([{ ...sms, hosts: [host] }], watched) !== undefined).toBe(shares);
});

test('mails to subscribers share the fate of what is watched when their server does, however many other routes there are', () => {
  const mails = (host: string) => ({ route: 'subscriptions', type: 'email', hosts: [host] });
  expect(mailsSharedFate(mails('mx.globenet.example'), watched)).toMatch(
    /^mails to subscribers share the fate of what is watched: subscriptions \(email\) needs mx\.globenet\.example, and /,
  );
  expect(mailsSharedFate(mails('mx.elsewhere.example'), watched)).toBeUndefined();
  expect(mailsSharedFate({ ...mails(''), hosts: [] }, watched)).toBeUndefined();
});
