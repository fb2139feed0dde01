import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dial } from '../../../../checks/lib/dial.ts';
import { secure } from '../../../../checks/lib/handshake.ts';
import type { Failure } from '../../../../checks/lib/outcome.ts';
import { Unfit } from '../../../../checks/lib/outcome.ts';
import { Authority } from '../../../support/certificates.ts';
import { causeOf, seeTls } from '../../../support/encrypted.ts';
import { installed } from '../../../support/installed.ts';
import { serveTcp, serveTls } from '../../../support/loopback.ts';
import { makeProbe } from '../../../support/probe.ts';

describe.skipIf(!installed('openssl'))('startTls', () => {
  let lab: Authority;
  beforeAll(() => {
    lab = new Authority();
  });
  afterAll(() => lab[Symbol.dispose]());
  const good = () => lab.issue({ names: ['DNS:www.lab.test', 'IP:127.0.0.1'] });

  test.for([
    ['TLSv1.2', undefined, undefined],
    ['TLSv1.2', 'TLSv1.3', 'tls_proto'],
    ['TLSv1.1', undefined, 'tls_proto'],
  ] as const)('a server of %s with min-version %s: %s', async ([maxVersion, minVersion, cause]) => {
    const { key, chain } = good();
    await using server = await serveTls({ key, cert: chain, minVersion: 'TLSv1', maxVersion });
    const written = {
      ca: lab.root.certificate,
      ...(minVersion && { 'min-version': minVersion }),
    };
    expect(causeOf(await seeTls(server, 'www.lab.test', written))).toBe(cause);
  });

  test('a server that asks for a certificate of ours fails in the handshake', async () => {
    const { key, chain } = good();
    await using server = await serveTls({
      key,
      cert: chain,
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion: 'TLSv1.2',
    });
    expect(causeOf(await seeTls(server, 'www.lab.test'))).toBe('tls_proto');
  });

  const unrecognizedName = Buffer.from([21, 3, 3, 0, 2, 2, 112]);
  const inFirstFlight = (act: (socket: Socket) => void) => (socket: Socket) => {
    socket.once('data', () => act(socket));
  };
  test.for([
    ['greets in plain text', (socket: Socket) => socket.write('220 mail.lab.test ESMTP\r\n'), 'tls_proto'],
    ['sends 5 kB of NUL', (socket: Socket) => socket.write(Buffer.alloc(5_000)), 'tls_proto'],
    ['answers in HTTP', inFirstFlight((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n')), 'tls_proto'],
    ['knows no such name', inFirstFlight((socket) => socket.end(unrecognizedName)), 'tls_name'],
    ['ends at once', (socket: Socket) => socket.end(), 'reset'],
    ['ends after the hello', inFirstFlight((socket) => socket.end()), 'reset'],
    ['resets after the hello', inFirstFlight((socket) => socket.resetAndDestroy()), 'reset'],
    ['resets at once', (socket: Socket) => socket.resetAndDestroy(), 'reset'],
  ] as const)('a server that %s', async ([, serve, cause]) => {
    await using server = await serveTcp(serve);
    expect(causeOf(await seeTls(server, 'www.lab.test'))).toBe(cause);
  });

  test.for([0, 1, 5, 6, 90, 127, 128, 400, 700])(
    'a server that resets after %s bytes of its handshake',
    async (bytes) => {
      const { key, chain } = good();
      await using upstream = await serveTls({ key, cert: chain });
      await using server = await serveTcp((socket) => {
        const to = connectTcp(upstream.port, '127.0.0.1').on('error', () => {});
        socket.on('data', (data) => to.write(data));
        socket.on('close', () => to.destroy());
        let left = bytes;
        to.on('data', (data: Buffer) => {
          socket.write(data.subarray(0, left));
          left -= Math.min(left, data.length);
          if (left === 0) setImmediate(() => socket.resetAndDestroy());
        });
      });
      expect(causeOf(await seeTls(server, 'www.lab.test', { ca: lab.root.certificate }))).toBe('reset');
    },
  );

  test('a server that never answers ends at the limit of the handshake', async () => {
    await using server = await serveTcp(() => {});
    const probe = makeProbe();
    const socket = await dial({ host: '127.0.0.1', port: server.port }, probe);
    const ended = secure(socket, { servername: 'www.lab.test', timeoutMs: 50 }, probe);
    await expect(ended).rejects.toMatchObject({
      cause: 'timeout_tls',
      message: expect.stringContaining('50 ms'),
    });
    expect(probe.timing.phasesUs).not.toHaveProperty('tls');
    await server.allClosed();
  });

  test('a server that never answers ends at the deadline of the probe', async () => {
    await using server = await serveTcp(() => {});
    const seen = await seeTls(server, 'www.lab.test', {}, makeProbe({ timeoutMs: 80 }));
    expect(causeOf(seen)).toBe('timeout_tls');
    expect((seen as Failure).message).toContain('80 ms');
  });

  test('a stop of ours is no failure of the server', async () => {
    const stopping = new AbortController();
    await using server = await serveTcp(() => setImmediate(() => stopping.abort(new Error('we stop'))));
    const seen = await seeTls(server, 'www.lab.test', {}, makeProbe({ stopping: stopping.signal }));
    expect(seen).toEqual(new Error('we stop'));
  });

  test.for([
    ['/nowhere/ca.pem', /cannot read the ca \/nowhere\/ca\.pem \(ENOENT\)/],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /no certificate that can be read/],
    ['-----BEGIN NOTHING-----', /no certificate that can be read/],
  ] as const)('a ca that cannot be used (%s) is our own fault', async ([ca, evidence]) => {
    await using server = await serveTcp(() => {});
    const seen = await seeTls(server, 'www.lab.test', { ca });
    expect(seen).toBeInstanceOf(Unfit);
    expect((seen as Unfit).message).toMatch(evidence);
  });

  test('encrypts with a lap of its own', async () => {
    const { key, chain } = good();
    await using server = await serveTls({ key, cert: chain });
    const probe = makeProbe();
    await seeTls(server, 'www.lab.test', { ca: lab.root.certificate }, probe);
    expect(Object.keys(probe.timing.phasesUs)).toEqual(['connect', 'tls']);
  });

  test('asks for the name of the host, and for none when it is an address', async () => {
    const { key, chain } = good();
    const asked: string[] = [];
    await using server = await serveTls({
      key,
      cert: chain,
      SNICallback: (name, answer) => {
        asked.push(name);
        answer(null);
      },
    });
    for (const host of ['www.lab.test.', '127.0.0.1'])
      expect(causeOf(await seeTls(server, host, { ca: lab.root.certificate }))).toBeUndefined();
    expect(asked).toEqual(['www.lab.test']);
  });

  test('a stop of ours before the handshake is no failure of the server', async () => {
    await using server = await serveTcp(() => {});
    const stopping = new AbortController();
    const probe = makeProbe({ stopping: stopping.signal });
    const socket = await dial({ host: '127.0.0.1', port: server.port }, probe);
    stopping.abort(new Error('we stop'));
    await expect(secure(socket, { servername: 'www.lab.test' }, probe)).rejects.toThrow('we stop');
    await server.allClosed();
  });

  test('a connection that is lost before the handshake is a reset', async () => {
    await using server = await serveTcp((socket) => setImmediate(() => socket.resetAndDestroy()));
    const probe = makeProbe();
    const socket = await dial({ host: '127.0.0.1', port: server.port }, probe);
    await new Promise((resolve) => socket.once('close', resolve));
    await expect(secure(socket, { servername: 'www.lab.test' }, probe)).rejects.toMatchObject({
      cause: 'reset',
    });
  });
});
