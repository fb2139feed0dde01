// A control socket of BIRD that says what a test wants, in the words of BIRD 2.0.12.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BirdTeller extends AsyncDisposable {
  readonly path: string;
  /** What it was asked, in order. */
  readonly questions: readonly string[];
}

/** Greets, and answers each line with what begins with the same words; `say` may spoil what is said. */
export const serveBird = async (
  answers: Readonly<Record<string, string>>,
  say: (text: string, socket: Socket) => string | Buffer = (text) => text,
): Promise<BirdTeller> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bird-'));
  const path = join(folder, 'bird.ctl');
  const questions: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    const tell = (text: string) => socket.writable && socket.write(say(text, socket));
    tell('0001 BIRD 2.0.12 ready.\n');
    let line = '';
    socket.on('data', (data: Buffer) => {
      const lines = (line + data.toString()).split('\n');
      line = lines.pop() ?? '';
      for (const question of lines) {
        questions.push(question);
        tell(answers[question] ?? '9001 syntax error\n');
      }
    });
  });
  await once(server.listen(path), 'listening');
  return {
    path,
    questions,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
};

/** How BIRD answers all that is asked of it, for sessions that are up, two channels each, and one that is not. */
export const birdAnswers: Readonly<Record<string, string>> = {
  restrict: '0016 Access restricted\n',
  'show status': `1000-BIRD 2.0.12
1011-Router ID is 198.18.0.1
 Hostname is edge
 Current server time is 2026-11-22 05:27:57.289
 Last reboot on 2026-11-22 02:23:53.327
0013 Daemon is up and running
`,
  'show protocols all "transit1"': `2002-Name       Proto      Table      State  Since         Info
1002-transit1   BGP        ---        up     2026-11-22 02:23:57  Established   
1006-  Description:    A transit
   BGP state:          Established
     Neighbor address: 192.0.2.1
     Neighbor AS:      64500
     Hold timer:       6.613/9
   Channel ipv4
     State:          UP
     Import limit:   1000000
       Action:       disable
     Routes:         912345 imported, 12 filtered, 2 exported, 900000 preferred
     Route change stats:     received   rejected   filtered    ignored   accepted
       Import updates:              2          0          0          0          2
   Channel ipv6
     State:          UP
     Routes:         200000 imported, 1 exported, 199000 preferred
 
0000 
`,
  'show protocols all "transit2"': `2002-Name       Proto      Table      State  Since         Info
1002-transit2   BGP        ---        start  2026-11-22 02:23:53  Active        Socket: Connection refused
1006-  BGP state:          Active
     Neighbor address: 192.0.2.2
     Last error:       Socket: Connection refused
   Channel ipv4
     State:          DOWN
 
0000 
`,
  'show protocols all "static1"': `2002-Name       Proto      Table      State  Since         Info
1002-static1    Static     master4    up     2026-11-22 02:23:53  
0000 
`,
  'show protocols all "nowhere"': '8003 No protocols match\n',
};
