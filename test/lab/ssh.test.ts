// A real OpenSSH, with keys of every kind.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import ssh from '../../checks/ssh.ts';
import { runCheck } from '../support/probe.ts';
import { canSshd, startSshd } from '../support/sshd.ts';
import type { Sshd } from '../support/sshd.ts';

describe.skipIf(!canSshd)('OpenSSH', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd[Symbol.asyncDispose]());
  const see = (written: object = {}) => runCheck(ssh, { host: '127.0.0.1', port: sshd.port, ...written });

  test.for([
    ['ed25519', 'ssh-ed25519'],
    ['ecdsa', 'ecdsa-sha2-nistp256'],
    ['rsa', 'rsa-sha2-512'],
  ] as const)('proves its key %s, whose fingerprint is that of ssh-keygen', async ([key, hostKey]) => {
    await sshd.restart([key]);
    const fingerprint = sshd.fingerprint(key);
    expect(await see({ fingerprints: [fingerprint] })).toMatchObject({
      kind: 'ok',
      facts: { software: expect.stringMatching(/^OpenSSH_/), hostKey, fingerprint },
    });
  });

  test('logs that we took our leave', async () => {
    await see();
    await expect.poll(sshd.log, { timeout: 20_000 }).toContain('11: seen, thank you [preauth]');
  });
});
