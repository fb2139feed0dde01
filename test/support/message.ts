// A message as the alerts write them, and an errand to hand it over.
import { Deadline } from '../../checks/lib/contract.ts';
import { createResolver } from '../../checks/lib/resolver.ts';
import type { Message } from '../../server/core/alerts/message.ts';
import type { Errand } from '../../server/notify/contract.ts';
import { systemClock } from '../../server/system.ts';

export const makeMessage = (differing: Partial<Message> = {}): Message => ({
  key: 'alert/a1/admins',
  thread: 'alert/a1/admins',
  route: 'admins',
  kind: 'alert',
  severity: 'down',
  at: Date.UTC(2026, 10, 22, 13, 2),
  exercise: false,
  title: { fr: 'Bases de données : en panne', en: 'Databases: down' },
  text: {
    fr: 'Bases de données : en panne depuis 14 h 02.\nLe serveur refuse les connexions.',
    en: 'Databases: down since 14:02.\nThe server refuses connections.',
  },
  alerts: [
    {
      id: 'a1',
      service: 'databases',
      subject: { kind: 'check', id: 'db1' },
      state: 'down',
      cause: 'refused',
      startedAt: Date.UTC(2026, 10, 22, 13, 2),
    },
  ],
  ...differing,
});

export const makeErrand = ({
  timeoutMs = 20_000,
  ...differing
}: Partial<Errand> & { readonly timeoutMs?: number } = {}): Errand => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Deadline(timeoutMs)), timeoutMs).unref();
  return {
    organisation: 'Globenet',
    languages: ['fr', 'en'],
    resolver: createResolver({ servers: [], timeoutMs: 1_000 }),
    clock: systemClock,
    signal: controller.signal,
    ...differing,
  };
};
