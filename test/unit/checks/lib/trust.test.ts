import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { publicTrust, trustIn } from '../../../../checks/lib/trust.ts';
import { Authority } from '../../../support/certificates.ts';
import { installed } from '../../../support/installed.ts';

test.skipIf(!installed('openssl'))(
  'an authority of the configuration is trusted besides the public ones',
  async () => {
    using lab = new Authority();
    const own = new X509Certificate(lab.root.certificate);
    const known = new X509Certificate(getCACertificates('default')[0] ?? '');
    const trust = await trustIn(lab.root.certificate);
    expect([trust.holds(own), trust.holds(known)]).toEqual([true, true]);
    expect([publicTrust.holds(own), publicTrust.holds(known)]).toEqual([false, true]);
  },
);

test('trust is made once: for the same file as for the same text', async () => {
  using lab = new Authority();
  const trust = await trustIn(lab.root.certificateFile);
  expect(await trustIn(lab.root.certificate)).toBe(trust);
  expect(trust.context('TLSv1.2')).toBe(trust.context('TLSv1.2'));
  expect(trust.context('TLSv1.3')).not.toBe(trust.context('TLSv1.2'));
});
