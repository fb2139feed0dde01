// A whole Vigie whose page members can subscribe to, and the mail server over which it tells them.
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { newToken, writeHolders } from '../../server/tokens.ts';
import { temporaryFolder } from './folder.ts';
import { startMailServer } from './mail-server.ts';
import type { Mail, MailServer } from './mail-server.ts';
import { startVigie } from './vigie.ts';
import type { RunningVigie } from './vigie.ts';

export const patience = { timeout: 25_000, interval: 100 };
export const page = 'https://status.example';

const configuration = (mailPort: number) => `
subscriptions: { host: 127.0.0.1, port: ${mailPort}, tls: none, from: status@example.org, bounces: bounces@example.org,
  per-minute: 600, unsubscribe: unsubscribe@example.org }
services:
  - { id: databases, name: { fr: Bases de données, en: Databases }, checks: [{ type: tcp, host: 127.0.0.1, port: ${mailPort}, every: 5s }] }
  - { id: web, name: { fr: Hébergement, en: Hosting }, checks: [{ id: w, type: tcp, host: 127.0.0.1, port: ${mailPort}, every: 5s }] }
`;

type Form = readonly (readonly [string, string])[];

export interface Scene {
  readonly folder: string;
  readonly vigie: RunningVigie;
  readonly server: MailServer;
  readonly post: (path: string, form?: Form) => Promise<{ status: number; text: string }>;
  readonly get: (path: string) => Promise<{ status: number; text: string }>;
  /** The newest mail to this address, once there are so many. */
  readonly mailTo: (address: string, count?: number) => Promise<Mail>;
  /** Of the private address, as whoever has a token asks it. */
  readonly act: (path: string, body?: object) => Promise<Record<string, unknown>>;
  readonly subscribe: (address: string) => Promise<void>;
}

/** The path of a link in a mail, which leads to the page and here to this machine. */
export const linkIn = ({ body }: Mail, part: string): string =>
  new URL(body.split(/\s/).find((word) => word.startsWith(page) && word.includes(part)) ?? 'none:').pathname;

export const setUp = async (): Promise<Scene> => {
  const folder = temporaryFolder();
  const server = await startMailServer();
  const vigie = await startVigie(folder, configuration(server.port), `, page: '${page}'`);
  const base = `http://127.0.0.1:${vigie.publicPort}`;
  const answer = async (response: Response) => ({ status: response.status, text: await response.text() });
  let askers = 0;
  const post: Scene['post'] = async (path, form = []) => {
    // Each time as somebody else, for nobody may ask so often.
    askers += 1;
    const body = new URLSearchParams(form.map(([key, value]) => [key, value]));
    const headers = { 'X-Forwarded-For': `198.51.100.${askers}`, 'User-Agent': 'canary-agent' };
    return answer(await fetch(`${base}${path}`, { method: 'POST', headers, body }));
  };
  const get: Scene['get'] = async (path) => answer(await fetch(`${base}${path}`));
  const mailTo: Scene['mailTo'] = async (address, count = 1) => {
    const of = () => server.mails.filter(({ to }) => to[0] === address);
    await vi.waitFor(() => expect(of().length).toBe(count), patience);
    return of().at(-1)!;
  };
  const { token, holder } = newToken('ada', Date.now(), Date.now() + 3_600_000);
  writeHolders(join(folder, 'data'), [holder]);
  vi.stubEnv('VIGIE_URL', `http://127.0.0.1:${vigie.privatePort}`);
  vi.stubEnv('VIGIE_TOKEN', token);
  return {
    folder,
    vigie,
    server,
    post,
    get,
    mailTo,
    act: async (path, body) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const post = body && { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`http://127.0.0.1:${vigie.privatePort}/api/v1/${path}`, {
        headers,
        ...post,
      });
      expect(response.ok).toBe(true);
      return (await response.json()) as Record<string, unknown>;
    },
    subscribe: async (address) => {
      expect(
        (
          await post('/fr/subscribe', [
            ['address', address],
            ['all', 'yes'],
          ])
        ).status,
      ).toBe(200);
      const invitation = await mailTo(address);
      expect((await post(linkIn(invitation, '/subscribe/'))).text).toContain('C’est confirmé.');
    },
  };
};

/** Opens an incident and says something of it, in public only with `publish`. */
export const tell = async ({ act }: Scene, id: number, service: string, title: string, said: string) => {
  await act('incidents', { title: { fr: title }, services: [service] });
  await act(`incidents/${id}/entries`, { kind: 'updated', said: { fr: said } });
};
export const publish = ({ act }: Scene, id: number) => act(`incidents/${id}/entries`, { kind: 'published' });
export const update = ({ act }: Scene, id: number, said: string, phase = 'investigating') =>
  act(`incidents/${id}/entries`, { kind: 'updated', phase, said: { fr: said } });
export const confirmed = async ({ act }: Scene) => (await act('subscribers'))['confirmed'];
