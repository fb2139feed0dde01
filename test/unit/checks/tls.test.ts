import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTlsProtocols } from '../../../checks/lib/starttls.ts';
import tls from '../../../checks/tls.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { installed } from '../../support/installed.ts';
import { serveTcp, serveTls } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { serveStartTls, startTlsScripts } from '../../support/starttls-server.ts';

describe.skipIf(!installed('openssl'))('tls', () => {
  let lab: Authority;
  let good: Issued;
  beforeAll(() => {
    lab = new Authority();
    good = lab.issue({ names: ['IP:127.0.0.1', 'DNS:www.lab.test'] });
  });
  afterAll(() => lab[Symbol.dispose]());

  const see = (port: number, written: object = {}, timeoutMs = 5_000) =>
    runCheck(tls, { host: '127.0.0.1', port, ca: lab.root.certificate, ...written }, { timeoutMs });

  test('is fine with a good certificate, and tells its phases and facts', async () => {
    await using server = await serveTls({ key: good.key, cert: good.chain });
    const outcome = await see(server.port);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { certificateIssuer: 'Lab Intermediate' } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'tls']);
    await server.allClosed();
  });

  test('judges the certificate by the servername when one is given', async () => {
    await using server = await serveTls({ key: good.key, cert: good.chain });
    expect(await see(server.port, { servername: 'www.lab.test' })).toMatchObject({ kind: 'ok' });
    expect(await see(server.port, { servername: 'ftp.lab.test' })).toMatchObject({
      kind: 'fail',
      cause: 'tls_name',
      facts: { certificateIssuer: 'Lab Intermediate' },
    });
    await server.allClosed();
  });

  test('warns of a certificate that expires soon', async () => {
    const ending = lab.issue({ names: ['IP:127.0.0.1'], fromDays: -80, toDays: 10 });
    await using server = await serveTls({ key: ending.key, cert: ending.chain });
    expect(await see(server.port)).toMatchObject({ kind: 'warn', cause: 'tls_expiring' });
  });

  describe.for(startTlsProtocols)('starttls: %s', (starttls) => {
    const script = startTlsScripts[starttls];
    const serve = (changed: Partial<typeof script> = {}, said: string[] = []) =>
      serveStartTls({ ...script, ...changed }, { key: good.key, cert: good.chain }, said);

    test('asks for encryption, and judges', async () => {
      await using server = await serve();
      const outcome = await see(server.port, { starttls });
      expect(outcome).toMatchObject({ kind: 'ok', facts: { tlsVersion: 'TLSv1.3' } });
      expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'starttls', 'tls']);
      await server.allClosed();
    });

    test('takes its leave, where the protocol has words for it', async () => {
      const said: string[] = [];
      await using server = await serve({}, said);
      await see(server.port, { starttls });
      await server.allClosed();
      const leave = {
        smtp: 'QUIT\r\n',
        imap: 'b LOGOUT\r\n',
        pop3: 'QUIT\r\n',
        ftp: 'QUIT\r\n',
        postgresql: '',
      };
      expect(said.join('')).toBe(leave[starttls]);
    });

    test('fails when encryption is refused', async () => {
      await using server = await serve({ consent: script.refusal });
      expect(await see(server.port, { starttls })).toMatchObject({
        kind: 'fail',
        cause: 'tls_proto',
        evidence: expect.stringContaining('encryption is refused'),
      });
      await server.allClosed();
    });

    test('fails when something is injected before the encryption', async () => {
      await using server = await serve({ consent: `${script.consent}250 injected\r\n` });
      expect(await see(server.port, { starttls })).toMatchObject({
        cause: 'protocol',
        evidence: expect.stringContaining('speaks before the encryption'),
      });
      await server.allClosed();
    });

    test('fails when the server speaks another protocol', async () => {
      await using server = await serveTcp((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n'));
      expect(await see(server.port, { starttls })).toMatchObject({ kind: 'fail', cause: 'bad_answer' });
      await server.allClosed();
    });

    test('fails when the server hangs up, and when it says nothing', async () => {
      await using hasty = await serveTcp((socket) => socket.end());
      expect(await see(hasty.port, { starttls })).toMatchObject({ kind: 'fail', cause: 'reset' });
      await using mute = await serveTcp(() => {});
      expect(await see(mute.port, { starttls }, 100)).toMatchObject({ kind: 'fail', cause: 'timeout_reply' });
      await mute.allClosed();
    });
  });

  test.for([
    ['smtp', '554 go away\r\n'],
    ['ftp', '421-too many\r\n421 connections\r\n'],
    ['imap', '* BYE overloaded\r\n'],
    ['pop3', '-ERR overloaded\r\n'],
  ] as const)('fails when %s greets with a refusal', async ([starttls, greeting]) => {
    const script = { ...startTlsScripts[starttls], greeting };
    await using server = await serveStartTls(script, { key: good.key, cert: good.chain });
    expect(await see(server.port, { starttls })).toMatchObject({ kind: 'fail', cause: 'bad_answer' });
  });

  test('fails when SMTP does not offer STARTTLS', async () => {
    const script = { ...startTlsScripts.smtp, answers: { EHLO: '250-mail.lab.test\r\n250 XSTARTTLS\r\n' } };
    await using server = await serveStartTls(script, { key: good.key, cert: good.chain });
    expect(await see(server.port, { starttls: 'smtp' })).toMatchObject({
      cause: 'tls_proto',
      evidence: expect.stringContaining('STARTTLS is not offered'),
    });
  });

  test.for([
    [{ starttls: 'gopher' }],
    [{ 'min-version': 'TLSv1' }],
    [{ expires: { warn: 'soon' } }],
    [{ unknown: 1 }],
    [{ port: 0 }],
  ])('refuses the option %o', ([written]) => {
    expect(tls.options.safeParse({ host: 'lab.test', port: 443 }).success).toBe(true);
    expect(tls.options.safeParse({ host: 'lab.test', port: 443, ...written }).success).toBe(false);
  });
});
