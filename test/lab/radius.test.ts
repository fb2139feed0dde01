// A real FreeRADIUS.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import radius from '../../checks/radius.ts';
import { Secret } from '../../config/secret.ts';
import { canFreeradius, radiusAccount, startFreeradius } from '../support/freeradius.ts';
import type { Freeradius } from '../support/freeradius.ts';
import { runCheck } from '../support/probe.ts';

describe.skipIf(!canFreeradius)('FreeRADIUS', () => {
  let server: Freeradius;
  beforeAll(async () => {
    server = await startFreeradius();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const secret = new Secret(radiusAccount.secret);
  const see = (written: object = {}) =>
    runCheck(radius, { host: '127.0.0.1', port: server.port, secret, ...written });
  const asUser = (password: string) => ({ user: radiusAccount.user, password: new Secret(password) });

  test('says how it is, and so does its accounting', async () => {
    expect(await see()).toMatchObject({ kind: 'ok', facts: { answer: 'Access-Accept' } });
    expect(await see({ port: server.accountingPort })).toMatchObject({
      kind: 'ok',
      facts: { answer: 'Accounting-Response' },
    });
  });

  test('lets the user in, and signs that', async () => {
    expect(await see(asUser(radiusAccount.password))).toMatchObject({
      kind: 'ok',
      facts: { answer: 'Access-Accept', messageAuthenticator: true, retransmissions: 0 },
    });
  });

  test('takes its time to refuse one, which is no loss', async () => {
    expect(await see(asUser('not the password'))).toMatchObject({
      kind: 'fail',
      cause: 'auth_failed',
      facts: { answer: 'Access-Reject', messageAuthenticator: true, retransmissions: 0 },
    });
  });

  test('reads a password of several blocks', async () => {
    const password = 'a long password, of more than two blocks';
    await server.restart({ password });
    expect(await see(asUser(password))).toMatchObject({ kind: 'ok' });
    await server.restart();
  });
});
