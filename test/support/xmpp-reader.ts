// Somebody on XMPP who is there and reads, by a few words of the protocol (RFC 6120) over TLS from the first byte.
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Authority } from './certificates.ts';
import type { Prosody } from './prosody.ts';

export interface Reader extends Disposable {
  readonly heard: readonly { readonly from: string; readonly text: string }[];
}

interface Person {
  readonly server: Prosody;
  readonly authority: Authority;
  readonly name: string;
  readonly password: string;
}

/** Answers once it is available. */
export const read = async ({ server, authority, name, password }: Person): Promise<Reader> => {
  const socket = connect({
    host: '127.0.0.1',
    port: server.tlsPort,
    servername: 'lab.test',
    ca: authority.root.certificate,
  });
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  let all = '';
  socket.on('data', (words: Buffer) => {
    all += words.toString();
  });
  const until = async (words: string) => {
    const from = all.length;
    while (!all.slice(from).includes(words))
      await once(socket, 'data', { signal: AbortSignal.timeout(20_000) });
  };
  const ask = async (words: string, answer: string) => {
    socket.write(words);
    await until(answer);
  };
  const open =
    "<?xml version='1.0'?><stream:stream to='lab.test' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
  const login = Buffer.from(`\0${name}\0${password}`).toString('base64');
  await ask(open, '</stream:features>');
  await ask(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${login}</auth>`, '<success');
  await ask(open, '</stream:features>');
  await ask(
    "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>lab</resource></bind></iq>",
    '</iq>',
  );
  // Its own presence comes back when everybody knows of it.
  await ask('<presence/>', '<presence');
  return {
    get heard() {
      return [...all.matchAll(/<message\b([^>]*)>.*?<body>(.*?)<\/body>.*?<\/message>/gs)].map(
        ([, attributes = '', text = '']) => ({
          from: /\bfrom='([^'/]*)/.exec(attributes)?.[1] ?? '',
          text,
        }),
      );
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
};
