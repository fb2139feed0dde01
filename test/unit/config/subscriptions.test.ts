// Subscriptions as they are written: the mail server of a route, and how much it is to send.
import { expect, test } from 'vitest';
import { loadConfig } from '../../../config/load.ts';
import { notifiers } from '../../../server/notify/index.ts';
import { checkTypes, filesOf, problemsOf, request } from '../../support/configuration.ts';

const loadWith = (written: string, organisation = ", page: 'https://status.example.org'", more = '') =>
  loadConfig(
    request(
      filesOf({
        'vigie.yaml': [
          `organisation: { name: Globenet, timezone: Europe/Paris${organisation} }`,
          `subscriptions: { ${written} }`,
          'services: [{ id: web, name: Web, checks: [{ type: tcp, host: a, port: 1 }] }]',
          more,
        ].join('\n'),
      }),
      { checkTypes, notifiers, env: { PASSWORD: 'secret' } },
    ),
  );

test('are complete, each default in its place', () => {
  const { config } = loadWith('host: mx.example.org, from: status@example.org, per-minute: 30');
  expect(config?.subscriptions).toEqual({
    perMinute: 30,
    askedPerHour: 60,
    most: 2_000,
    options: {
      host: 'mx.example.org',
      from: 'status@example.org',
      port: 587,
      tls: 'starttls',
      'min-version': 'TLSv1.2',
    },
  });
});

const good = 'host: mx.example.org, from: status@example.org';

test.for([
  [
    'an unknown key',
    () => loadWith(`${good}, to: [a@example.org]`),
    'subscriptions.to: found an unknown key',
  ],
  [
    'a user without a password',
    () => loadWith(`${good}, user: status`),
    'subscriptions.user: found "status", expected a user with a password',
  ],
  [
    'a rate that is none',
    () => loadWith(`${good}, per-minute: 0`),
    'subscriptions.per-minute: found 0, expected a number of at least 1',
  ],
  ['no sender', () => loadWith('host: mx.example.org'), 'subscriptions.from: found nothing'],
  [
    'no page that links could lead to',
    () => loadWith(good, ''),
    'organisation.page: found nothing, expected the address of the public page',
  ],
  [
    'a route of the name that metrics give them',
    () =>
      loadWith(good, undefined, 'notify: [{ id: subscribers, type: webhook, url: "https://example.org/x" }]'),
    'notify[0].id: found "subscribers", expected another id',
  ],
  [
    'a list',
    () => loadConfig(request(filesOf({ 'vigie.yaml': 'subscriptions: []' }), { notifiers })),
    'subscriptions: found an empty list',
  ],
] as const)('are refused with %s', ([, load, problem]) => {
  expect(problemsOf(load()).join('\n')).toContain(problem);
});
