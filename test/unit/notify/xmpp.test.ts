import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import xmpp from '../../../server/notify/xmpp.ts';
import { Authority } from '../../support/certificates.ts';
import { deliver } from '../../support/deliver.ts';
import { installed } from '../../support/installed.ts';
import { serveTcp, serveTls } from '../../support/loopback.ts';

const written = (port: number, more: object = {}) => ({
  jid: 'vigie@lab.test',
  password: new Secret('canary'),
  host: '127.0.0.1',
  port,
  to: 'ada@lab.test',
  ...more,
});
const features = (inside: string) =>
  `<?xml version='1.0'?><stream:stream id='1' from='lab.test' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>${inside}</stream:features>`;
const starttls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const plain =
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>";

describe('before it is encrypted', () => {
  test.for([
    ['no encryption is offered', features(plain), /^STARTTLS is not offered$/],
    ['encryption is refused', `${features(starttls)}<failure/>`, /^STARTTLS is refused: <failure\/>$/],
    [
      'more is said than was asked for (an injection)',
      `${features(starttls)}<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>${features(plain)}`,
      /speaks before the encryption/,
    ],
    ['there is no end', '<'.repeat(100_000), /within 16384 bytes/],
  ] as const)('%s: nobody hears the password', async ([, words, evidence]) => {
    let heard = '';
    await using server = await serveTcp((socket) => {
      socket.on('data', (said: Buffer) => (heard += said.toString()));
      socket.write(words);
    });
    expect(await deliver(xmpp, written(server.port))).toEqual({
      kind: 'deferred',
      evidence: expect.stringMatching(evidence),
    });
    expect(heard).not.toContain(Buffer.from('\0vigie\0canary').toString('base64'));
    expect(heard).not.toContain('canary');
  });
});

describe.skipIf(!installed('openssl'))('under encryption', () => {
  let authority: Authority;
  beforeAll(() => {
    authority = new Authority();
  });
  afterAll(() => authority[Symbol.dispose]());

  /** A server that says this once somebody has begun. */
  const send = async (words: string, timeoutMs = 20_000) => {
    const { key, chain } = authority.issue({ names: ['DNS:lab.test'] });
    await using server = await serveTls({ key, cert: chain }, (socket) => {
      socket.once('data', () => socket.write(words));
    });
    const options = written(server.port, { tls: 'implicit', ca: authority.root.certificate });
    return await deliver(xmpp, options, { errand: { timeoutMs } });
  };

  test.for([
    ['no XML', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['XML that is closed in the wrong order', `${features(plain)}<a><b></a>`],
    ['an error of the stream', `${features('')}<stream:error><host-unknown/></stream:error>`],
    ['more than it may', `${features('')}${'<a>'.repeat(200_000)}`],
    [
      'another server to go to',
      `${features('')}<stream:error><see-other-host>evil.test</see-other-host></stream:error>`,
    ],
  ] as const)('a server that says %s puts it off', async ([, words]) => {
    const delivery = await send(words, 3_000);
    expect(delivery).toMatchObject({ kind: 'deferred' });
    expect(delivery.evidence).not.toContain('refused the connection');
  });

  test('a server that says no more puts it off', async () => {
    expect(await send(features(''), 300)).toEqual({ kind: 'deferred', evidence: 'no end after 300 ms' });
  });
});

test('depends on its server and on the one of who is told', () => {
  expect(xmpp.hosts(xmpp.options.parse(written(5222, { to: 'ada@example.org' })))).toEqual([
    '127.0.0.1',
    'example.org',
  ]);
  expect(xmpp.hosts(xmpp.options.parse(written(5222, { host: undefined })))).toEqual([
    'lab.test',
    'lab.test',
  ]);
});

test.for(['vigie', "v'@lab.test", 'vigie@lab.test/phone', '@lab.test'])('%s is nobody’s address', (jid) => {
  expect(xmpp.options.safeParse(written(5222, { jid })).success).toBe(false);
});
