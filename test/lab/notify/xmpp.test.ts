// A real Prosody, and somebody who reads there.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import xmpp from '../../../server/notify/xmpp.ts';
import { Authority } from '../../support/certificates.ts';
import { deliver } from '../../support/deliver.ts';
import { installed } from '../../support/installed.ts';
import { accounts, canProsody, startProsody } from '../../support/prosody.ts';
import type { Prosody } from '../../support/prosody.ts';
import { read } from '../../support/xmpp-reader.ts';

describe.skipIf(!canProsody || !installed('openssl'))('on Prosody', () => {
  let authority: Authority;
  let server: Prosody;
  beforeAll(async () => {
    authority = new Authority();
    server = await startProsody({ certificate: authority.issue({ names: ['DNS:lab.test'] }) });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    authority[Symbol.dispose]();
  });

  const send = (more: object = {}, message = {}) =>
    deliver(
      xmpp,
      {
        jid: 'vigie@lab.test',
        password: new Secret(accounts.vigie),
        host: '127.0.0.1',
        port: server.port,
        ca: authority.root.certificate,
        to: 'ada@lab.test',
        ...more,
      },
      { message },
    );
  const whole =
    'Bases de données : en panne depuis 14 h 02.\nLe serveur refuse les connexions.\n\n– – –\n\nDatabases: down since 14:02.\nThe server refuses connections.';

  test.for([
    ['starttls', 'port'],
    ['implicit', 'tlsPort'],
  ] as const)('arrives, over TLS that is %s', async ([tls, port]) => {
    using ada = await read({ server, authority, password: accounts.ada, name: 'ada' });
    expect(await send({ tls, port: server[port] })).toEqual({
      kind: 'delivered',
      evidence: 'lab.test has taken it for ada@lab.test',
    });
    await expect
      .poll(() => ada.heard, { timeout: 20_000 })
      .toEqual([{ from: 'vigie@lab.test', text: whole }]);
  });

  test('waits there for who is not there', async () => {
    expect(await send({}, { text: { fr: 'Plus tard.', en: 'Later.' } })).toMatchObject({ kind: 'delivered' });
    using ada = await read({ server, authority, password: accounts.ada, name: 'ada' });
    await expect.poll(() => ada.heard.length, { timeout: 20_000 }).toBe(1);
    expect(ada.heard[0]?.text).toContain('Plus tard.');
  });

  test('to nobody is given back', async () => {
    expect(await send({ to: 'nobody@lab.test' })).toEqual({
      kind: 'refused',
      evidence: 'given back: service-unavailable',
    });
  });

  test('with a wrong password is a refusal that does not repeat it', async () => {
    const delivery = await send({ password: new Secret('wrong-canary') });
    expect(delivery).toMatchObject({ kind: 'refused', evidence: expect.stringContaining('not-authorized') });
    expect(delivery.evidence).not.toContain('canary');
  });

  test('is told to nobody whose certificate is for another domain', async () => {
    expect(await send({ jid: 'vigie@other.test' })).toMatchObject({ kind: 'deferred' });
    expect(await send({ ca: undefined })).toMatchObject({ kind: 'deferred' });
  });

  test('is put off while the server is gone', async () => {
    await server.kill();
    expect(await send()).toMatchObject({
      kind: 'deferred',
      evidence: expect.stringContaining('refused the connection'),
    });
    await server.start();
    expect(await send()).toMatchObject({ kind: 'delivered' });
  });
});
