import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../../checks/lib/outcome.ts';
import { Authority } from '../../../support/certificates.ts';
import { installed } from '../../../support/installed.ts';
import { causeOf, seeTls } from '../../../support/encrypted.ts';
import { serveTls } from '../../../support/loopback.ts';
import { makeProbe } from '../../../support/probe.ts';

const dayMs = 86_400_000;

describe.skipIf(!installed('openssl'))('verdict', () => {
  let lab: Authority;
  beforeAll(() => {
    lab = new Authority();
  });
  afterAll(() => lab[Symbol.dispose]());

  const good = () => lab.issue({ names: ['DNS:www.lab.test', 'DNS:*.sites.lab.test', 'IP:127.0.0.1'] });

  test.for([
    ['www.lab.test', undefined],
    ['WWW.lab.test.', undefined],
    ['a.sites.lab.test', undefined],
    ['127.0.0.1', undefined],
    ['lab.test', 'tls_name'],
    ['a.b.sites.lab.test', 'tls_name'],
    ['sites.lab.test', 'tls_name'],
    ['127.0.0.2', 'tls_name'],
  ] as const)('for the host %s the verdict is %s', async ([host, cause]) => {
    const { key, chain } = good();
    await using server = await serveTls({ key, cert: chain });
    expect(causeOf(await seeTls(server, host, { ca: lab.root.certificate }))).toBe(cause);
  });

  test('tells version, cipher, issuer, fingerprint and both ends', async () => {
    const { key, chain } = good();
    await using server = await serveTls({ key, cert: chain });
    expect(await seeTls(server, 'www.lab.test', { ca: lab.root.certificateFile })).toEqual({
      facts: {
        tlsVersion: 'TLSv1.3',
        tlsCipher: 'TLS_AES_256_GCM_SHA384',
        certificateIssuer: 'Lab Intermediate',
        certificateFingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
        certificateExpiresAt: expect.toSatisfy(
          (at: number) => Math.abs(at - Date.now() - 89 * dayMs) < dayMs,
        ),
        certificateDaysLeft: 88,
        chainExpiresAt: expect.any(Number),
        chainDaysLeft: 88,
      },
    });
  });

  test.for([
    ['expired', { toDays: -2 }, 'tls_expired', /the certificate expired on \d{4}-\d\d-\d\d/],
    [
      'not yet valid',
      { fromDays: 2 },
      'tls_not_yet_valid',
      /the certificate is not valid before \d{4}-\d\d-\d\d/,
    ],
    ['signed by itself', { signedBy: 'itself' }, 'tls_self_signed', /signed by itself/],
    ['expired and signed by itself', { signedBy: 'itself', toDays: -2 }, 'tls_expired', /; signed by itself/],
    ['without any name', { names: [] }, 'tls_name', /for no name, not for www\.lab\.test/],
    ['for its common name only', { names: [], subject: '/CN=www.lab.test' }, 'tls_name', /no name/],
    ['for a part of a label', { names: ['DNS:w*.lab.test'] }, 'tls_name', /w\*\.lab\.test/],
    ['for everything', { names: ['DNS:*'] }, 'tls_name', /\*/],
  ] as const)('refuses a certificate that is %s', async ([, order, cause, evidence]) => {
    const { key, chain } = lab.issue({ names: ['DNS:www.lab.test'], fromDays: -10, ...order });
    await using server = await serveTls({ key, cert: chain });
    const seen = await seeTls(server, 'www.lab.test', { ca: lab.root.certificate });
    expect(causeOf(seen)).toBe(cause);
    expect((seen as Failure).message).toMatch(evidence);
    expect((seen as Failure).facts['certificateExpiresAt']).toBeTypeOf('number');
  });

  test('refuses a chain without its intermediate, and names what is missing', async () => {
    const { key, certificate } = good();
    await using server = await serveTls({ key, cert: certificate });
    const seen = await seeTls(server, 'www.lab.test', { ca: lab.root.certificate });
    expect(causeOf(seen)).toBe('tls_chain');
    expect((seen as Failure).message).toContain('issuer Lab Intermediate is neither sent nor trusted');
    expect((seen as Failure).facts).not.toHaveProperty('chainExpiresAt');
  });

  test.for([
    ['that it does not send', (chain: string) => chain, /issuer Lab Root is neither sent nor trusted/],
    [
      'that it sends',
      (chain: string) => chain + lab.root.certificate,
      /ends in Lab Root, which is not trusted/,
    ],
  ] as const)('refuses an authority %s and we do not know', async ([, sent, evidence]) => {
    const { key, chain } = good();
    await using server = await serveTls({ key, cert: sent(chain) });
    const seen = await seeTls(server, 'www.lab.test');
    expect(causeOf(seen)).toBe('tls_chain');
    expect((seen as Failure).message).toMatch(evidence);
  });

  test('refuses what an authority signed that is none, and says the code', async () => {
    const impostor = good();
    using fake = new Authority();
    // A server's certificate that plays the intermediate: OpenSSL sees that it may not sign.
    const { key, certificate } = fake.issue({ names: ['DNS:www.lab.test'] });
    await using server = await serveTls({ key, cert: certificate + impostor.certificate });
    expect(causeOf(await seeTls(server, 'www.lab.test', { ca: lab.root.certificate }))).toBe('tls_chain');
  });

  test('accepts a certificate signed by itself that the configuration trusts', async () => {
    const { key, chain } = lab.issue({ names: ['DNS:www.lab.test'], signedBy: 'itself' });
    await using server = await serveTls({ key, cert: chain });
    const seen = await seeTls(server, 'www.lab.test', { ca: chain });
    expect(causeOf(seen)).toBeUndefined();
    expect(seen).toHaveProperty('facts.chainDaysLeft', 88);
  });

  test('accepts a certificate with an empty subject', async () => {
    const { key, chain } = lab.issue({ names: ['DNS:www.lab.test'], subject: '/' });
    await using server = await serveTls({ key, cert: chain });
    expect(causeOf(await seeTls(server, 'www.lab.test', { ca: lab.root.certificate }))).toBeUndefined();
  });

  test('names nobody as the issuer of a certificate without any name', async () => {
    const { key, chain } = lab.issue({ names: ['DNS:www.lab.test'], subject: '/', signedBy: 'itself' });
    await using server = await serveTls({ key, cert: chain });
    expect(await seeTls(server, 'www.lab.test')).toMatchObject({
      cause: 'tls_self_signed',
      facts: { certificateIssuer: 'nobody' },
    });
  });

  test('takes, of two certificates of one authority, the one that lasts longer', async () => {
    const old = lab.issue({
      subject: '/CN=Lab Root',
      keyOf: lab.root,
      signedBy: 'itself',
      isAuthority: true,
      toDays: 5,
    });
    const { key, chain } = good();
    await using server = await serveTls({ key, cert: chain });
    for (const ca of [old.certificate + lab.root.certificate, lab.root.certificate + old.certificate]) {
      const seen = await seeTls(server, 'www.lab.test', { ca });
      expect(causeOf(seen)).toBeUndefined();
      expect(seen).toHaveProperty('facts.chainDaysLeft', 88);
    }
  });

  test('takes the time from the probe, and still sees a forgery of what has expired since', async () => {
    const order = { names: ['DNS:www.lab.test'], fromDays: -20, toDays: -5 };
    const before = () => makeProbe({ now: Date.now() - 15 * dayMs });
    const written = { ca: lab.root.certificate };
    const real = lab.issue({ ...order, signedBy: 'root' });
    await using server = await serveTls({ key: real.key, cert: real.chain });
    expect(causeOf(await seeTls(server, 'www.lab.test', written, before()))).toBeUndefined();
    expect(causeOf(await seeTls(server, 'www.lab.test', written))).toBe('tls_expired');
    using impostor = new Authority();
    const forged = impostor.issue({ ...order, signedBy: 'root', hidesKeys: true });
    await using forger = await serveTls({ key: forged.key, cert: forged.chain });
    expect(causeOf(await seeTls(forger, 'www.lab.test', written, before()))).toBe('tls_chain');
  });

  test('does not mind an expired certificate that is sent but is no part of the chain', async () => {
    const { key, chain } = good();
    const stray = lab.issue({ signedBy: 'root', isAuthority: true, fromDays: -10, toDays: -5 });
    await using server = await serveTls({ key, cert: chain + stray.certificate });
    const seen = await seeTls(server, 'www.lab.test', { ca: lab.root.certificate });
    expect(causeOf(seen)).toBeUndefined();
    expect(seen).toHaveProperty('facts.chainDaysLeft', 88);
  });

  test('refuses a chain whose intermediate expired, and names it', async () => {
    using old = new Authority({ name: 'Old', intermediateToDays: -0.5 });
    const { key, chain } = old.issue({ names: ['DNS:www.lab.test'] });
    await using server = await serveTls({ key, cert: chain });
    const seen = await seeTls(server, 'www.lab.test', { ca: old.root.certificate });
    expect(causeOf(seen)).toBe('tls_expired');
    expect((seen as Failure).message).toContain('the certificate of Old Intermediate expired');
  });

  test.for([
    // 90 days of life: the last 14.
    [90, 14.1, undefined, undefined],
    [90, 13.9, undefined, 'tls_expiring'],
    // A year of life: the last 14 too.
    [365, 14.1, undefined, undefined],
    [365, 13.9, undefined, 'tls_expiring'],
    // 6 days of life: the last two.
    [6, 2.1, undefined, undefined],
    [6, 1.9, undefined, 'tls_expiring'],
    [90, 20, '21d', 'tls_expiring'],
    [90, 20, '19d', undefined],
  ] as const)(
    'of a life of %s days with %s left and warn %s, warns: %s',
    async ([lifeDays, leftDays, warn, cause]) => {
      const { key, chain } = lab.issue({
        names: ['DNS:www.lab.test'],
        fromDays: leftDays - lifeDays,
        toDays: leftDays,
      });
      await using server = await serveTls({ key, cert: chain });
      const seen = await seeTls(server, 'www.lab.test', {
        ca: lab.root.certificate,
        ...(warn && { expires: { warn } }),
      });
      expect(seen).not.toBeInstanceOf(Failure);
      expect(causeOf(seen)).toBe(cause);
    },
  );

  test('warns when the intermediate ends before the certificate', async () => {
    using ending = new Authority({ name: 'Ending', intermediateToDays: 0.2 });
    const { key, chain } = ending.issue({ names: ['DNS:www.lab.test'] });
    await using server = await serveTls({ key, cert: chain });
    const seen = await seeTls(server, 'www.lab.test', { ca: ending.root.certificate });
    expect((seen as { warning?: Failure }).warning?.message).toMatch(
      /certificate of Ending Intermediate expires in 0\.\d days/,
    );
    expect(seen).toMatchObject({ facts: { certificateDaysLeft: 88, chainDaysLeft: 0 } });
  });
});
