import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { createAuthority } from '../../../server/demonstration/certificate.ts';
import type { Authority, Issued } from '../../../server/demonstration/certificate.ts';

const from = Date.UTC(2026, 10, 22, 6, 30, 5);
const until = Date.UTC(2027, 1, 1, 23, 59, 59);

/** What a client that trusts the authority says of a server with this certificate: nothing, when all is well. */
const complaint = async (authority: Authority, issued: Issued): Promise<string> => {
  const server = createServer(issued).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'www.example.org',
    ca: authority.cert,
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const said = socket.authorized ? '' : String(socket.authorizationError);
  socket.destroy();
  server.close();
  return said;
};

describe('an authority made here', () => {
  const authority = createAuthority('Autorité', from, until);
  const root = new X509Certificate(authority.cert);
  const leaf = new X509Certificate(authority.issue('www.example.org', from + 1_000, until - 1_000).cert);

  test('signs itself, and may sign others', () => {
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(root.subject).toBe('CN=Autorité');
  });

  test('signs the certificate of a server, which may sign none', () => {
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.ca).toBe(false);
  });

  test('issues for one name', () => {
    expect(leaf.checkHost('www.example.org', { subject: 'never' })).toBe('www.example.org');
    expect(leaf.checkHost('example.org')).toBeUndefined();
  });

  test('issues for the time between two instants, to the second', () => {
    expect(leaf.validFromDate.getTime()).toBe(from + 1_000);
    expect(leaf.validToDate.getTime()).toBe(until - 1_000);
  });

  test('gives every certificate a serial number of its own', () => {
    const another = new X509Certificate(authority.issue('www.example.org', from, until).cert);
    expect(new Set([root, leaf, another].map(({ serialNumber }) => serialNumber)).size).toBe(3);
  });

  test('is believed in a handshake, for each of several certificates of the same server', async () => {
    const [hourAgo, inAnHour] = [Date.now() - 3_600_000, Date.now() + 3_600_000];
    const current = createAuthority('Autorité', hourAgo, inAnHour);
    for (const end of [inAnHour, inAnHour - 60_000])
      expect(await complaint(current, current.issue('www.example.org', hourAgo, end))).toBe('');
    const other = createAuthority('Autorité', hourAgo, inAnHour);
    expect(await complaint(other, current.issue('www.example.org', hourAgo, inAnHour))).not.toBe('');
  });
});
