// A real Kamailio.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sip from '../../checks/sip.ts';
import { canKamailio, saying, startKamailio } from '../support/kamailio.ts';
import type { Kamailio } from '../support/kamailio.ts';
import { runCheck } from '../support/probe.ts';

describe.skipIf(!canKamailio)('Kamailio', () => {
  let kamailio: Kamailio;
  beforeAll(async () => {
    kamailio = await startKamailio();
  });
  afterAll(() => kamailio[Symbol.asyncDispose]());
  const see = (written: object = {}, circumstances = {}) =>
    runCheck(sip, { host: '127.0.0.1', port: kamailio.port, ...written }, circumstances);

  test.for([['udp'], ['tcp']])('answers over %s', async ([transport]) => {
    expect(await see({ transport })).toMatchObject({
      kind: 'ok',
      facts: { sipStatus: 200, reason: 'OK', software: expect.stringMatching(/^kamailio /) },
    });
  });

  test('answers over IPv6', async () => {
    expect(await see({ host: '::1' }, { family: 6 })).toMatchObject({
      kind: 'ok',
      facts: { sipStatus: 200 },
    });
  });

  test.for([['udp'], ['tcp']])('over %s, tries first and then answers', async ([transport]) => {
    await kamailio.restart(`${saying(100, 'Trying')} ${saying(404, 'Not Here')}`);
    const outcome = await see({ transport });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { sipStatus: 404, reason: 'Not Here' } });
    expect(Object.keys(outcome.phasesUs).slice(-2)).toEqual(['reply', 'final']);
  });
});
