// A message to somebody on XMPP (RFC 6120, 6121), from an account of ours.
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import type { Client, Element } from '@xmpp/client';
import { z } from 'zod';
import { host, port, secret } from '../../config/fields.ts';
import type { Probe } from '../../checks/lib/contract.ts';
import { dial } from '../../checks/lib/dial.ts';
import { Dialogue } from '../../checks/lib/dialogue.ts';
import { Failure } from '../../checks/lib/outcome.ts';
import { startTls } from '../../checks/lib/tls.ts';
import type { Message } from '../core/alerts/message.ts';
import { Postponement, Refusal, defineNotifier } from './contract.ts';
import { ca } from './lib/post.ts';
import { reach } from './lib/reach.ts';
import { wholeText } from './lib/words.ts';

const jidExpected = 'an address such as vigie@example.org';
const jid = () =>
  z.string({ error: jidExpected }).regex(/^[^\s@/<>&'"]{1,200}@[\w.-]{1,200}$/, { error: jidExpected });

const options = z.strictObject({
  jid: jid().describe('Account that sends.'),
  password: secret().describe('Its password.'),
  host: host().optional().describe('Server to connect to, if it is not the domain of the account.'),
  port: port().default(5222).describe('Port of the server; 5223 is usual for `tls: implicit`.'),
  tls: z
    .enum(['starttls', 'implicit'], { error: 'one of starttls, implicit' })
    .default('starttls')
    .describe('Encryption on request, or from the first byte.'),
  to: jid().describe('Who is told.'),
  ca,
});
type Options = z.output<typeof options>;

const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1);
const hostOf = ({ host, jid }: Options): string => host ?? domainOf(jid);

export default defineNotifier({
  title: 'XMPP',
  summary: 'Sends a message to an address of XMPP, from an account.',
  options,
  hosts: (options) => [hostOf(options), domainOf(options.to)],
  send: (message, options, errand) => {
    const stanza = { id: idOf(message), text: wholeText(message, errand.languages) };
    return reach(hostOf(options), errand, (probe) => speak(stanza, options, probe));
  },
});

/** Clients that know origin ids (XEP-0359) show the same message once. */
const idOf = ({ key }: Message): string => createHash('sha256').update(key).digest('hex').slice(0, 32);

const speak = async (
  stanza: { readonly id: string; readonly text: string },
  options: Options,
  probe: Probe,
): Promise<string> => {
  const socket = await encrypted(options, probe);
  try {
    const { client, xml } = await import('@xmpp/client');
    const [username = '', domain = ''] = options.jid.split('@');
    const entity = client({
      service: 'xmpps://given',
      domain,
      resource: 'vigie',
      username,
      password: options.password.expose(),
      timeout: stepMsMax,
    });
    speakOver(socket, entity);
    const bounced = bounce(entity, stanza.id);
    const say = async () => {
      await entity.start();
      const origin = xml('origin-id', { xmlns: 'urn:xmpp:sid:0', id: stanza.id });
      const { to } = options;
      await entity.send(
        xml('message', { type: 'chat', to, id: stanza.id }, xml('body', {}, stanza.text), origin),
      );
      await settled(entity, xml('iq', { type: 'get', to: domain }, xml('ping', { xmlns: 'urn:xmpp:ping' })));
    };
    const ended = lost(entity, socket, probe.signal);
    await Promise.race([say(), bounced, ended]);
    // The message is theirs: how we part changes nothing.
    await Promise.race([entity.stop(), ended]).catch(() => {});
    return `${domain} has taken it for ${options.to}`;
  } catch (error) {
    throw probe.signal.aborted ? probe.signal.reason : explained(error);
  } finally {
    socket.destroy();
  }
};

/** A step in which the library hears nothing. The errand as a whole has a deadline of its own. */
const stepMsMax = 10_000;
/** What a server may say in all. */
const heardBytesMax = 262_144;

/** RFC 6120 §5: the certificate is for the domain of the account, wherever its server is. */
const encrypted = async (options: Options, probe: Probe): Promise<Socket> => {
  const domain = domainOf(options.jid);
  const tls = { host: domain, ca: options.ca, 'min-version': 'TLSv1.2' as const };
  const socket = await dial({ host: hostOf(options), port: options.port }, probe);
  if (options.tls === 'implicit') return (await startTls(socket, tls, probe)).socket;
  const dialogue = new Dialogue(socket, probe, { replyBytesMax: 16_384 });
  const say = (words: string) => dialogue.sendBytes(Buffer.from(words));
  say(
    `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
  );
  const features = await dialogue.through('</stream:features>');
  if (!features.includes(nsTls)) throw new Failure('tls_proto', 'STARTTLS is not offered');
  say(`<starttls xmlns='${nsTls}'/>`);
  const consent = await dialogue.through('>');
  if (!consent.startsWith('<proceed')) throw new Failure('tls_proto', `STARTTLS is refused: ${consent}`);
  return (await startTls(dialogue.release(), tls, probe)).socket;
};

const nsTls = 'urn:ietf:params:xml:ns:xmpp-tls';

/** The library speaks over our connection, which was dialled and judged as every other, and makes no other. */
const speakOver = (socket: Socket, entity: Client): void => {
  entity.reconnect.stop();
  const transport = entity.transports.find(({ prototype }) => {
    try {
      return prototype.socketParameters('xmpps://given') !== undefined;
    } catch {
      return false;
    }
  });
  if (transport === undefined) throw new Error('@xmpp/client has no transport for xmpps');
  entity.transports = [
    { prototype: Object.create(transport.prototype, { Socket: { value: givenSocket(socket) } }) },
  ];
};

const givenSocket = (socket: Socket) =>
  class extends EventEmitter {
    readonly secure = true;

    connect(): void {
      let heardBytes = 0;
      socket.on('data', (words: Buffer) => {
        heardBytes += words.length;
        if (heardBytes > heardBytesMax)
          socket.destroy(new Failure('protocol', `more than ${heardBytesMax} bytes were said`));
        else this.emit('data', words);
      });
      socket.on('close', () => this.emit('close'));
      queueMicrotask(() => this.emit('connect'));
    }

    write(words: string, done: (error?: Error | null) => void): void {
      socket.write(words, done);
    }

    end(): void {
      socket.end();
    }
  };

/** The server answers in turn: what it says to a question that came later, be it yes or no, says that it has done the rest. */
const settled = async (entity: Client, question: Element): Promise<void> => {
  try {
    await entity.iqCaller.request(question, stepMsMax);
  } catch (error) {
    if (Object(error).name !== 'StanzaError') throw error;
  }
};

/** Rejects when the server gives the message back. */
const bounce = (entity: Client, id: string): Promise<never> =>
  new Promise((_, reject) => {
    entity.on('stanza', (stanza: Element) => {
      if (!stanza.is('message') || stanza.attrs['type'] !== 'error' || stanza.attrs['id'] !== id) return;
      const error = stanza.getChild('error');
      const condition = error?.getChildElements()[0]?.name ?? 'no reason given';
      // RFC 6120 §8.3.2: "wait" is the type of what may be tried again.
      const isForNow = error?.attrs['type'] === 'wait';
      reject(isForNow ? new Postponement(condition) : new Refusal(`given back: ${condition}`));
    });
  });

/** Rejects when the connection ends, or the time is up, which the library would not notice. */
const lost = async (entity: Client, socket: Socket, signal: AbortSignal): Promise<never> => {
  const said = new Promise<never>((_, reject) => entity.on('error', reject));
  await Promise.race([said, once(socket, 'close', { signal })]);
  throw socket.errored ?? new Failure('reset', 'the server hung up');
};

/** Conditions of SASL (RFC 6120 §6.5) that time does not mend. */
const refusals: ReadonlySet<string> = new Set([
  'account-disabled',
  'credentials-expired',
  'invalid-authzid',
  'malformed-request',
  'not-authorized',
]);

const explained = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { name, message, condition } = error as Error & { readonly condition?: string };
  if (name === 'SASLError')
    return refusals.has(condition ?? '') ? new Refusal(`the log-in: ${message}`) : new Postponement(message);
  // Whatever else a stream ends with.
  const isTheirs =
    ['StreamError', 'StanzaError', 'TimeoutError', 'XMLError'].includes(name) || 'code' in error;
  return isTheirs ? new Postponement(`${name}: ${message}`) : error;
};
