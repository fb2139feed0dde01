// A mail server on loopback that keeps what it takes, and refuses what a test tells it to.
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body as they came. */
  readonly raw: string;
  /** One header, unfolded. */
  readonly header: (name: string) => string | undefined;
  /** The body, decoded. */
  readonly body: string;
}

/** What it answers, as `450 4.7.1 come again`, to what does not please it. */
export interface Mood {
  readonly connect?: string;
  readonly sender?: string;
  readonly recipient?: (address: string) => string | undefined;
  readonly message?: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  readonly become: (mood: Mood) => void;
}

export const startMailServer = async (first: Mood = {}): Promise<MailServer> => {
  let mood = first;
  const mails: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onConnect: (_, done) => done(refusal(mood.connect)),
    onMailFrom: (_, __, done) => done(refusal(mood.sender)),
    onRcptTo: ({ address }, _, done) => done(refusal(mood.recipient?.(address))),
    onData: (stream, { envelope }, done) => {
      const take = async () => {
        const raw = await text(stream);
        if (mood.message !== undefined) return done(refusal(mood.message));
        const { mailFrom, rcptTo } = envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push(
          mailOf(
            from,
            rcptTo.map(({ address }) => address),
            raw,
          ),
        );
        done(null, `OK: queued as ${mails.length}`);
      };
      void take();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    become: (next) => {
      mood = next;
    },
  };
};

const refusal = (answer: string | undefined): Error | null =>
  answer === undefined
    ? null
    : Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });

export const mailOf = (from: string, to: readonly string[], raw: string): Mail => {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const header = (name: string) =>
    headers.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))?.slice(name.length + 2);
  const body = rest.join('\r\n\r\n');
  return { from, to, raw, header, body: decoded(body, header('content-transfer-encoding') ?? '7bit') };
};

const decoded = (body: string, encoding: string): string => {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
};
