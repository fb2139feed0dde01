// Servers that begin in plain text and encrypt when they are asked to, one a protocol.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { StartTlsProtocol } from '../../checks/lib/starttls.ts';
import { serveTcp } from './loopback.ts';
import type { Loopback } from './loopback.ts';

interface Script {
  readonly greeting: string;
  /** What is answered to what begins so; `consent` answers the question for encryption. */
  readonly answers: Readonly<Record<string, string>>;
  readonly question: string;
  readonly consent: string;
  readonly refusal: string;
}

export const startTlsScripts: Readonly<Record<StartTlsProtocol, Script>> = {
  smtp: {
    greeting: '220-mail.lab.test\r\n220 ESMTP\r\n',
    answers: { EHLO: '250-mail.lab.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n' },
    question: 'STARTTLS',
    consent: '220 2.0.0 Ready to start TLS\r\n',
    refusal: '454 4.7.0 TLS not available\r\n',
  },
  imap: {
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
    answers: {},
    question: 'a STARTTLS',
    consent: '* CAPABILITY IMAP4rev1\r\na OK begin\r\n',
    refusal: 'a BAD no TLS here\r\n',
  },
  pop3: {
    greeting: '+OK ready\r\n',
    answers: {},
    question: 'STLS',
    consent: '+OK begin\r\n',
    refusal: '-ERR no TLS here\r\n',
  },
  ftp: {
    greeting: '220-Welcome\r\n200 is no code here\r\n220 ready\r\n',
    answers: {},
    question: 'AUTH TLS',
    consent: '234 begin\r\n',
    refusal: '502 no TLS here\r\n',
  },
  postgresql: {
    greeting: '',
    answers: {},
    question: '\0\0\0\u0008\u0004\u00d2\u0016\u002f',
    consent: 'S',
    refusal: 'N',
  },
};

/** `said` collects what the client says under TLS. */
export const serveStartTls = (
  script: Script,
  certificate: { readonly key: string; readonly cert: string },
  said: string[] = [],
): Promise<Loopback> =>
  serveTcp((socket) => {
    socket.write(script.greeting, 'latin1');
    const hear = (data: Buffer) => {
      const line = data.toString('latin1');
      const answer = Object.entries(script.answers).find(([begin]) => line.startsWith(begin))?.[1];
      if (answer !== undefined) socket.write(answer, 'latin1');
      else if (!line.startsWith(script.question)) socket.end('500 what?\r\n');
      else {
        socket.write(script.consent, 'latin1');
        if (script.consent !== script.refusal) {
          socket.off('data', hear);
          encrypt(socket, certificate, said);
        }
      }
    };
    socket.on('data', hear);
  });

const encrypt = (socket: Socket, { key, cert }: { key: string; cert: string }, said: string[]): void => {
  const encrypted = new TLSSocket(socket, { isServer: true, key, cert });
  encrypted.on('error', () => socket.destroy());
  encrypted.on('data', (data: Buffer) => said.push(data.toString('latin1')));
  encrypted.on('end', () => encrypted.end());
};
