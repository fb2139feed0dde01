import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../../checks/lib/outcome.ts';
import { Authority } from '../../../support/certificates.ts';
import { seeTls } from '../../../support/encrypted.ts';
import { fuzz, fuzzTimeoutMs } from '../../../support/fuzz.ts';
import { installed } from '../../../support/installed.ts';
import { serveTcp, serveTls } from '../../../support/loopback.ts';
import type { Loopback } from '../../../support/loopback.ts';
import { makeProbe } from '../../../support/probe.ts';

describe.skipIf(!installed('openssl'))('a handshake', () => {
  let lab: Authority;
  let upstream: Loopback;
  beforeAll(async () => {
    lab = new Authority();
    const { key, chain } = lab.issue({ names: ['DNS:www.lab.test'] });
    // The older version, whose certificates travel in plain text and so can be spoiled.
    upstream = await serveTls({ key, cert: chain, maxVersion: 'TLSv1.2' });
  });
  afterAll(async () => {
    await upstream[Symbol.asyncDispose]();
    lab[Symbol.dispose]();
  });

  /** What is seen through a proxy that spoils the server's bytes. */
  const seeThrough = async (spoil: (bytes: Buffer, offset: number) => Buffer) => {
    await using proxy = await serveTcp((socket) => {
      const to = connect(upstream.port, '127.0.0.1').on('error', () => {});
      socket.on('data', (data) => to.write(data)).on('close', () => to.destroy());
      let offset = 0;
      to.on('data', (data: Buffer) => {
        socket.write(spoil(data, offset));
        offset += data.length;
      });
      to.on('close', () => socket.destroy());
    });
    const written = { ca: lab.root.certificate };
    return await seeTls(proxy, 'www.lab.test', written, makeProbe({ timeoutMs: 300 }));
  };

  test('is good when nothing is spoiled', async () => {
    expect(await seeThrough((bytes) => bytes)).not.toBeInstanceOf(Error);
  });

  test('fails as a value, whatever bits are flipped', { timeout: fuzzTimeoutMs }, async () => {
    await fc.assert(
      // The header of the first record tells a version that nobody looks at.
      fc.asyncProperty(
        fc.integer({ min: 5, max: 900 }),
        fc.integer({ min: 1, max: 255 }),
        async (place, bits) => {
          const seen = await seeThrough((bytes, offset) => {
            const spoiled = Buffer.from(bytes);
            const index = place - offset;
            if (index in spoiled) spoiled.writeUInt8((spoiled[index] ?? 0) ^ bits, index);
            return spoiled;
          });
          expect(seen).toBeInstanceOf(Failure);
          expect((seen as Failure).cause).toMatch(/^(tls_|timeout_|reset$)/);
        },
      ),
      fuzz,
    );
  });
});
