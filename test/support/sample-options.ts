// For every check type, options that point it at a peer: what the contract of all check types is tried with.
import type { checkTypes } from '../../checks/index.ts';
import { Secret } from '../../config/secret.ts';

export interface Peer {
  readonly host: string;
  readonly port: number;
}

type Written = Readonly<Record<string, unknown>>;

/** What every sample's secret is, so that it can be looked for where it must not be. */
export const canary = 'canary-that-nobody-may-see';

/** Several where a type has several ways to speak. */
export const sampleOptions: Readonly<Record<keyof typeof checkTypes, (peer: Peer) => readonly Written[]>> = {
  dns: ({ host, port }) => [
    { server: host, port, name: 'www.example.org' },
    { server: host, port, name: 'www.example.org', transport: 'tcp' },
  ],
  heartbeat: () => [
    { token: new Secret(canary), expect: { every: '1d' } },
    { token: new Secret(canary), expect: { cron: '0 4 * * *', timezone: 'Europe/Paris' }, lasts: '2h' },
  ],
  ping: ({ host }) => [{ host, count: 2, period: '10ms' }],
  tcp: ({ host, port }) => [
    { host, port },
    { host, port, dialogue: [{ expect: '^250 ' }, { send: 'QUIT' }] },
    { host, port, dialogue: [{ starttls: true }] },
  ],
  tls: ({ host, port }) => [
    { host, port },
    ...['smtp', 'imap', 'pop3', 'ftp', 'postgres'].map((starttls) => ({ host, port, starttls })),
  ],
};
