// An FTP server on the loopback, in the clear, of which a test may change every answer.
import type { Socket } from 'node:net';
import { serveTcp } from './loopback.ts';
import type { Loopback } from './loopback.ts';

/** What is answered to a command; `greeting` to nobody's, `end` when a listing has been sent. */
export type FtpAnswers = Readonly<Record<string, string>>;

export interface FtpServer extends Loopback {
  /** What clients have said, line by line. */
  readonly said: readonly string[];
}

const usual: FtpAnswers = {
  greeting: '220 (lab)',
  USER: '331 Please specify the password.',
  PASS: '230 Login successful.',
  PASV: '227 Entering Passive Mode (127,0,0,1,HIGH,LOW).',
  EPSV: '229 Entering Extended Passive Mode (|||PORT|)',
  LIST: '150 Here comes the directory listing.',
  end: '226 Directory send OK.',
  QUIT: '221 Goodbye.',
};

interface Manner {
  readonly answers: FtpAnswers;
  /** Who has the data port; by default a server that sends the listing and ends. */
  readonly data: (socket: Socket) => void;
  /** What is sent instead of an answer. */
  readonly say: (bytes: Buffer, command: string, socket: Socket) => Buffer;
}

export const ftpListing = '-rw-r--r--    1 1000     1000            8 Nov 22 08:48 welcome.txt\r\n';

export const serveFtp = async ({
  answers = {},
  data = (socket) => socket.end(ftpListing),
  say = (bytes) => bytes,
}: Partial<Manner> = {}): Promise<FtpServer> => {
  const said: string[] = [];
  const all = { ...usual, ...answers };
  // Who came for data, and how many listings nobody has come for yet: the kernel tells of either first.
  const guests: Socket[] = [];
  let wanted = 0;
  const serveData = () => {
    for (; wanted > 0 && guests.length > 0; wanted -= 1) data(guests.shift()!);
  };
  const dataServer = await serveTcp((socket) => {
    guests.push(socket);
    serveData();
  });
  const written = (command: string): Buffer =>
    Buffer.from(
      `${all[command] ?? '502 Command not implemented.'}\r\n`
        .replace('PORT', String(dataServer.port))
        .replace('HIGH', String(dataServer.port >> 8))
        .replace('LOW', String(dataServer.port & 255)),
    );
  const control = await serveTcp((socket) => {
    const answer = (command: string) => {
      if (socket.writable) socket.write(say(written(command), command, socket));
    };
    socket.setNoDelay();
    answer('greeting');
    let heard = '';
    socket.on('data', (bytes: Buffer) => {
      const lines = (heard + bytes.toString()).split('\r\n');
      heard = lines.pop() ?? '';
      for (const line of lines) {
        said.push(line);
        const [command = ''] = line.split(' ');
        answer(command);
        if (command !== 'LIST' || !all['LIST']?.startsWith('1')) continue;
        wanted += 1;
        serveData();
        answer('end');
      }
    });
  });
  return {
    port: control.port,
    said,
    allClosed: async () => {
      await control.allClosed();
      await dataServer.allClosed();
    },
    [Symbol.asyncDispose]: async () => {
      await control[Symbol.asyncDispose]();
      await dataServer[Symbol.asyncDispose]();
    },
  };
};
