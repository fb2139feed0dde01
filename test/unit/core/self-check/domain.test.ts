import { expect, test } from 'vitest';
import { domainIn } from '../../../../server/core/self-check/domain.ts';
import { forbiddenHosts, forbiddenUrls } from '../../../support/forbidden.ts';

test.for([
  ['example.org', 'example.org'],
  ['  Example.ORG. ', 'example.org'],
  ['www.example.org', 'example.org'],
  ['https://www.example.org/agenda?mois=3#avril', 'example.org'],
  ['HTTP://example.org', 'example.org'],
  ['http://example.org:80/', 'example.org'],
  ['example.org/agenda', 'example.org'],
  ['blog.example.org', 'blog.example.org'],
  ['théâtre.fr', 'xn--thtre-4qa2c.fr'],
  ['THÉÂTRE.FR', 'xn--thtre-4qa2c.fr'],
  ['www.fr', 'www.fr'],
  ['_dmarc.example.org', '_dmarc.example.org'],
] as const)('%j is meant as %s', ([written, domain]) => {
  expect(domainIn(written)).toBe(domain);
});

test.for([
  '',
  'theatre',
  'mon site',
  'contact@example.org',
  'https://',
  'example..org',
  '-a.example.org',
  `${'a'.repeat(64)}.org`,
  `${'abcdefgh.'.repeat(29)}org`,
  `example.org/${'a'.repeat(300)}`,
  '"><svg onload=alert(1)>.org',
  'example.org\u202e',
] as const)('%j is no domain', (written) => {
  expect(domainIn(written)).toBeUndefined();
});

const hosted = 'ok.example.org';

test('of so many ways to write what is forbidden', () => {
  expect(forbiddenHosts.length + forbiddenUrls.length).toBeGreaterThanOrEqual(120);
  expect(new Set([...forbiddenHosts, ...forbiddenUrls]).size).toBe(
    forbiddenHosts.length + forbiddenUrls.length,
  );
});

test.for(forbiddenHosts.flatMap((host) => [host, `http://${host}`, `https://${host}/`]))(
  '%j is never taken for a site that is hosted',
  (written) => {
    expect(domainIn(written)).not.toBe(hosted);
  },
);

test.for(forbiddenUrls)('%j is no domain', (written) => {
  expect(domainIn(written)).toBeUndefined();
});
