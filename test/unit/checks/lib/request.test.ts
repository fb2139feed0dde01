import { expect, test } from 'vitest';
import { Secret } from '../../../../config/secret.ts';
import type { Written } from '../../../support/web.ts';
import { answerOf, inShort, seeHttp, serveAnswers } from '../../../support/web.ts';

const requestFor = async (written: Written): Promise<string> => {
  let request = '';
  await using server = await serveAnswers((text) => {
    request = text;
    return answerOf(200);
  });
  expect(inShort(await seeHttp(server, written))).toBe('ok');
  return request.replaceAll(`127.0.0.1:${server.port}`, 'HOST');
};

test('by default', async () => {
  expect(await requestFor({})).toMatch(
    /^GET \/ HTTP\/1.1\r\nhost: HOST\r\nconnection: close\r\nuser-agent: Vigie\/\d+\.\d+\.\d+\r\naccept: \*\/\*\r\n\r\n$/,
  );
});

test.for<[Written, string]>([
  [{ method: 'HEAD' }, 'HEAD / HTTP/1.1'],
  [{ headers: { Host: 'www.example.org' } }, 'host: www.example.org\r\n'],
  [{ headers: { 'User-Agent': 'another' } }, 'user-agent: another\r\n'],
  [{ headers: { 'X-Token': new Secret('s3cret') } }, 'x-token: s3cret\r\n'],
  [
    { basic: { user: 'vigie', password: new Secret('clé') } },
    `authorization: Basic ${btoa('vigie:clÃ©')}\r\n`,
  ],
  [{ bearer: new Secret('s3cret') }, 'authorization: Bearer s3cret\r\n'],
  [{ method: 'POST', body: 'é=1' }, 'content-length: 4\r\n\r\nÃ©=1'],
])('with %j', async ([written, part]) => {
  expect(await requestFor(written)).toContain(part);
});

test('a secret that no header can carry makes us unfit, not the target', async () => {
  await using server = await serveAnswers(() => answerOf(200));
  const outcome = await seeHttp(server, { bearer: new Secret('two\r\nlines') });
  expect(inShort(outcome)).toBe('invalid self_misconfigured');
  expect(JSON.stringify(outcome)).not.toContain('lines');
});

test.for<[number, Written]>([
  [302, { redirects: 'follow' }],
  [302, { redirects: 'refuse' }],
  [302, { redirects: { to: 'http://www.example.org/' } }],
  [200, { redirects: { to: 'http://www.example.org/' } }],
  [200, { expect: { status: 500 } }],
  [200, { expect: { headers: { 'x-echo': 'other' } } }],
  [200, { expect: { headers: { 'x-echo': { matches: 'other' } } } }],
  [200, { expect: { body: { contains: 'other' } } }],
  [200, { expect: { json: [{ pointer: '' }] } }],
])('no secret comes back in the outcome of %s with %j', async ([status, unmet]) => {
  await using server = await serveAnswers(() =>
    answerOf(status, 's3cret', ['X-Echo: s3cret', 'Location: ftp://s3cret@example.org/?s3cret#s3cret']),
  );
  const outcome = await seeHttp(server, { bearer: new Secret('s3cret'), ...unmet });
  expect(outcome.kind).toBe('fail');
  expect(JSON.stringify(outcome)).not.toContain('s3cret');
});
