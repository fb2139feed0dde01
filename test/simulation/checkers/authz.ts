// I16: whoever asks a route that acts is answered as the matrix of routes says, and nothing is done for anybody else: for no
// stranger, for nobody whose token was taken back or has run out, and for no page of another site.
import { Hono } from 'hono';
import { createActing } from '../../../server/http/acting.ts';
import { serveAlertActs } from '../../../server/http/alert-acts.ts';
import { serveIncidents } from '../../../server/http/incidents.ts';
import { serveMaintenance } from '../../../server/http/maintenance.ts';
import { serveSubscribers } from '../../../server/http/subscribers.ts';
import { holderOf, newToken } from '../../../server/tokens.ts';
import type { Incident } from '../../../server/core/incidents/incident.ts';
import type { tokenHolders } from '../../support/routes.ts';
import { hours } from '../../support/watch.ts';
import type { Checker, Stage } from './checker.ts';
import { Violation } from './violation.ts';

/** What each is sent when it is asked as it should be. */
const bodies: Readonly<Record<(typeof tokenHolders)[number], unknown>> = {
  'POST /api/v1/alerts/:id/acknowledgement': {},
  'POST /api/v1/incidents': { title: { fr: 'Panne' } },
  'POST /api/v1/incidents/:id/entries': { kind: 'published' },
  'POST /api/v1/maintenance': { title: { fr: 'Travaux' }, services: ['data'], from: 1, until: 2 },
  'POST /api/v1/maintenance/:id/cancel': {},
  'POST /api/v1/maintenance/:id/end': {},
  'POST /api/v1/silences': { subject: { kind: 'service', id: 'data' }, reason: 'known', until: 1 },
  'POST /api/v1/silences/:id/end': {},
  'POST /api/v1/subscribers/bounced': { address: 'dora@example.org' },
  'POST /api/v1/subscribers/erased': { address: 'dora@example.org' },
};
const routes = Object.entries(bodies);

/** Whatever is probed how often: one request takes as long as ten probes. */
const everyMs = 2 * hours;
const revokedAfterMs = 8 * hours;
const expiresAfterMs = 12 * hours;

interface Asked {
  readonly who: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: 'done' | 401 | 403;
}

export class Authz implements Checker {
  readonly #stage: Stage;
  readonly #app: Hono;
  readonly #anna;
  readonly #bert;
  readonly #carla;
  #turn = 0;
  /** What was done for the request under way. */
  #deeds = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    const now = stage.time.clock.now();
    this.#anna = newToken('anna', now, Number.MAX_SAFE_INTEGER);
    this.#bert = newToken('bert', now, Number.MAX_SAFE_INTEGER);
    this.#carla = newToken('carla', now, now + expiresAfterMs);
    this.#app = this.#serve();
  }

  look(): void {
    const { broken, time } = this.#stage;
    // By the calendar, so that no two worlds begin with the same.
    const turn = Math.floor(time.clock.now() / everyMs);
    if (turn === this.#turn) return;
    this.#turn = turn;
    const people = this.#people();
    const [route, asked] = [routes[turn % routes.length], people[turn % people.length]];
    if (route !== undefined && asked !== undefined) time.standStill(this.#ask(...route, asked).catch(broken));
  }

  #people(): readonly Asked[] {
    const { time } = this.#stage;
    const by = (token: string) => ({ Authorization: `Bearer ${token}` });
    const anna = by(this.#anna.token);
    return [
      { who: 'anna', headers: anna, status: 'done' },
      { who: 'a stranger', headers: {}, status: 401 },
      { who: 'a page of another site', headers: { ...anna, 'Sec-Fetch-Site': 'cross-site' }, status: 403 },
      { who: 'bert', headers: by(this.#bert.token), status: this.#isRevoked() ? 401 : 'done' },
      { who: 'a name for a token', headers: by('anna'), status: 401 },
      {
        who: 'carla',
        headers: by(this.#carla.token),
        status: time.clock.now() < this.#carla.holder.expiresAt ? 'done' : 401,
      },
      { who: 'a hash for a token', headers: by(this.#anna.holder.sha256), status: 401 },
    ];
  }

  #isRevoked(): boolean {
    return this.#stage.time.nowMs >= revokedAfterMs;
  }

  async #ask(route: string, body: unknown, { who, headers, status }: Asked): Promise<void> {
    const [method = '', path = ''] = route.split(' ');
    this.#deeds = 0;
    const answer = await this.#app.request(path.replace(':id', '1'), {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const isDone = this.#deeds === 1 && answer.ok;
    const isRefused = this.#deeds === 0 && answer.status === status;
    if (status === 'done' ? isDone : isRefused) return;
    this.#stage.broken(
      new Violation(
        'I16 authz',
        `${who} asks ${route}: ${answer.status}, and ${this.#deeds} things are done`,
      ),
    );
  }

  // The routes themselves, of which nothing gets into this world but that they were let through.
  #serve(): Hono {
    const { time } = this.#stage;
    const app = new Hono();
    const done = <Answer>(answer: Answer) => {
      this.#deeds++;
      return answer;
    };
    const unread = () => Promise.resolve([]);
    const acting = createActing({
      holderOf: (token) => {
        const held = [this.#anna, this.#carla, ...(this.#isRevoked() ? [] : [this.#bert])];
        return holderOf(
          held.map(({ holder }) => holder),
          token,
          time.clock.now(),
        );
      },
      clock: time.clock,
    });
    serveAlertActs(app, { act: () => done(undefined), knows: () => true }, acting);
    serveIncidents(
      app,
      { page: unread, find: async () => undefined, write: async () => done(incident) },
      acting,
    );
    serveSubscribers(app, { counts: async () => nobody, report: async () => done(undefined) }, acting);
    serveMaintenance(app, { windows: () => [], plan: async () => done(window) }, acting);
    return app;
  }
}

const nobody = { confirmed: 0, unconfirmed: 0, services: [] };
const title = { fr: 'Panne', en: 'Failure' };
const incident: Incident = {
  id: 1,
  versions: [],
  roots: [],
  services: [],
  outages: [],
  startedAt: 1,
  phase: 'investigating',
  updates: [],
  isPublic: false,
};
const window = { id: '1', title, services: [], checks: [], from: 1, until: 2 };
