// A real vsftpd.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import ftp from '../../checks/ftp.ts';
import { Secret } from '../../config/secret.ts';
import { Authority } from '../support/certificates.ts';
import { installed } from '../support/installed.ts';
import { runCheck } from '../support/probe.ts';
import { canVsftpd, ftpFile, ftpPassword, startVsftpd } from '../support/vsftpd.ts';
import type { Vsftpd } from '../support/vsftpd.ts';

describe.skipIf(!canVsftpd || !installed('openssl'))('vsftpd', () => {
  let lab: Authority;
  let vsftpd: Vsftpd;
  beforeAll(async () => {
    lab = new Authority();
    vsftpd = await startVsftpd(lab.issue({ names: ['IP:127.0.0.1', 'IP:::1'] }));
  });
  afterAll(async () => {
    await vsftpd[Symbol.asyncDispose]();
    lab[Symbol.dispose]();
  });
  const see = (written: object = {}, circumstances = {}) =>
    runCheck(
      ftp,
      {
        host: '127.0.0.1',
        port: vsftpd.port,
        ca: lab.root.certificate,
        password: new Secret(ftpPassword),
        contains: ftpFile,
        ...written,
      },
      circumstances,
    );

  test('lists a folder, with the data encrypted as by the same client', async () => {
    // What is not resumed it refuses: that is its usual setting.
    const outcome = await see();
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: { greeting: '(vsFTPd 3.0.3)', listed: 1, tlsVersion: 'TLSv1.3' },
    });
    expect(Object.keys(outcome.phasesUs)).toEqual([
      'connect',
      'greeting',
      'tls',
      'login',
      'passive',
      'data',
      'listing',
    ]);
  });

  test('lists it in the clear', async () => {
    const outcome = await see({ tls: false });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { listed: 1 } });
    expect(outcome.phasesUs).not.toHaveProperty('tls');
  });

  test('warns of an address that is not the server', async () => {
    await vsftpd.restart({ lines: ['pasv_address=192.0.2.7'] });
    expect(await see()).toMatchObject({
      kind: 'warn',
      cause: 'bad_answer',
      evidence: 'PASV sends clients to 192.0.2.7 instead of 127.0.0.1',
    });
    expect(await see({ pasv: false })).toMatchObject({ kind: 'ok' });
    await vsftpd.restart();
  });

  test('lists over IPv6, where there is no PASV', async () => {
    await vsftpd.restart({ address: '::1' });
    expect(await see({ host: '::1' }, { family: 6 })).toMatchObject({ kind: 'ok', facts: { listed: 1 } });
    await vsftpd.restart();
  });

  test('refuses a wrong password', async () => {
    expect(await see({ password: new Secret('not the password') })).toMatchObject({
      kind: 'fail',
      cause: 'auth_failed',
      evidence: 'the log-in of anonymous: 530 Login incorrect.',
    });
  });
});
