// A real ngIRCd, and somebody who listens in the channel.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import irc from '../../../server/notify/irc.ts';
import { Authority } from '../../support/certificates.ts';
import { deliver } from '../../support/deliver.ts';
import { installed } from '../../support/installed.ts';
import { sitIn } from '../../support/irc-client.ts';
import { canNgircd, startNgircd } from '../../support/ngircd.ts';
import type { Ngircd } from '../../support/ngircd.ts';

describe.skipIf(!canNgircd || !installed('openssl'))('on ngIRCd', () => {
  let authority: Authority;
  let server: Ngircd;
  beforeAll(async () => {
    authority = new Authority();
    server = await startNgircd({ certificate: authority.issue({ names: ['IP:127.0.0.1'] }) });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    authority[Symbol.dispose]();
  });

  const channel = '#admins';
  const send = (more: object = {}, message = {}) =>
    deliver(
      irc,
      {
        host: '127.0.0.1',
        port: server.tlsPort,
        ca: authority.root.certificate,
        password: new Secret(server.password),
        channel,
        ...more,
      },
      { message },
    );
  const listen = (nick = 'ada') => sitIn({ port: server.port, password: server.password, nick, channel });

  test('says its lines over TLS, and leaves', async () => {
    using ada = await listen();
    expect(await send()).toEqual({ kind: 'delivered', evidence: 'vigie has said it in #admins' });
    await expect
      .poll(() => ada.heard, { timeout: 20_000 })
      .toEqual([
        'vigie: Bases de données : en panne depuis 14 h 02.',
        'vigie: Le serveur refuse les connexions.',
      ]);
    await expect
      .poll(() => send().then(({ evidence }) => evidence), { timeout: 20_000 })
      .toContain('vigie has');
  });

  test('takes another name when somebody has its own', async () => {
    using vigie = await listen('vigie');
    expect(await send()).toEqual({ kind: 'delivered', evidence: 'vigie_ has said it in #admins' });
    await expect.poll(() => vigie.heard[0], { timeout: 20_000 }).toMatch(/^vigie_: Bases/);
  });

  test('is as slow as the server wants it, and loses no line', async () => {
    using ada = await listen('ada2');
    const text = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    expect(await send({}, { title: { fr: 'line 0', en: '' }, text: { fr: text, en: '' } })).toMatchObject({
      kind: 'delivered',
    });
    await expect
      .poll(() => ada.heard, { timeout: 20_000 })
      .toEqual(Array.from({ length: 8 }, (_, index) => `vigie: line ${index}`));
  });

  test('a channel that is closed to it is a refusal', async () => {
    expect(await send({ channel: '#closed' })).toMatchObject({
      kind: 'refused',
      evidence: expect.stringMatching(/^473 .*#closed/),
    });
  });

  test('a wrong password keeps it out, and is not repeated', async () => {
    const delivery = await send({ password: new Secret('wrong-canary') });
    expect(delivery.kind).not.toBe('delivered');
    expect(delivery.evidence).not.toContain('canary');
  });

  test('a certificate for somebody else keeps it from speaking', async () => {
    expect(await send({ ca: undefined })).toMatchObject({ kind: 'deferred' });
  });

  test('a server that is gone puts it off', async () => {
    await server.kill();
    expect(await send()).toMatchObject({
      kind: 'deferred',
      evidence: expect.stringContaining('refused the connection'),
    });
    await server.start();
    expect(await send()).toMatchObject({ kind: 'delivered' });
  });
});
