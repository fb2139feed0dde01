// A watch with alerts, told what happens; what was decided is kept as a store keeps it, and what routes are told is written down.
import type { Config, RouteConfig } from '../../config/config.ts';
import { write } from '../../server/app/words.ts';
import type { Action } from '../../server/core/alerts/act.ts';
import { isSettled } from '../../server/core/alerts/alert.ts';
import type { Alert, Silence } from '../../server/core/alerts/alert.ts';
import { Alerts } from '../../server/core/alerts/alerts.ts';
import type { AlertStep } from '../../server/core/alerts/alerts.ts';
import type { Message } from '../../server/core/alerts/message.ts';
import type { View } from '../../server/core/alerts/troubles.ts';
import { subjectId } from '../../server/core/effects.ts';
import type { Subject } from '../../server/core/effects.ts';
import type { Grade } from '../../server/core/result.ts';
import { Lookout } from './lookout.ts';
import type { Seen } from './lookout.ts';
import { seconds, start } from './watch.ts';

export const makeRoute = (id: string, part: Partial<RouteConfig> = {}): RouteConfig => ({
  id,
  type: 'webhook',
  options: {},
  severity: 'degraded',
  quiet: 'degraded',
  afterMs: 0,
  repeatMs: [],
  languages: ['fr', 'en'],
  audience: 'admins',
  weeklyTest: false,
  ...part,
});

/** Instants are given as milliseconds after `start`. */
export class Alerting {
  config: Config;
  lookout: Lookout;
  #alerts: Alerts;
  readonly messages: Message[] = [];
  readonly asked: string[] = [];
  /** Subjects, such as `service:web`, and what shades them. */
  readonly shades = new Map<string, { readonly by: Subject; readonly confirmed: boolean }>();
  readonly maintenance = new Set<string>();
  readonly flapping = new Set<string>();
  readonly kept = new Map<string, Alert>();
  readonly silences = new Map<string, Silence>();
  #at = 0;

  constructor(config: Config, routes: readonly RouteConfig[] = [makeRoute('admins')]) {
    this.config = { ...config, routes };
    this.lookout = new Lookout(this.config);
    this.#alerts = new Alerts(this.config, { alerts: [], silences: [] }, write);
    this.look(0);
  }

  get #view(): View {
    const { services, impairments } = this.lookout.watch;
    return {
      services,
      impairments,
      shadeOf: (subject) => this.shades.get(subjectId(subject)) ?? this.lookout.watch.shadeOf(subject),
      maintenanceOf: (subject) => (this.maintenance.has(subjectId(subject)) ? { until: start } : undefined),
      isFlapping: (subject) =>
        this.flapping.has(subjectId(subject)) || this.lookout.watch.isFlapping(subject),
      hasRelapsed: (subject) => this.lookout.watch.hasRelapsed(subject),
    };
  }

  get alerts(): readonly Alert[] {
    return this.#alerts.alerts;
  }

  /** One report, or several together, and what alerts make of them. */
  see(...seen: readonly Seen[]): void {
    this.lookout.see(...seen);
    this.look(Math.max(...seen.map(([, at]) => at)));
  }

  /** Probes of these checks every five seconds for so long, with a look after each round. */
  live(lengthMs: number, grades: Readonly<Record<string, Grade>>): void {
    const until = this.#at + lengthMs;
    while (this.#at < until) {
      const at = this.#at + 5 * seconds;
      const seen = Object.entries(grades).map(([check, grade]): Seen => [check, at, grade]);
      if (seen.length > 0) this.see(...seen);
      else {
        this.lookout.tick(at);
        this.look(at);
      }
    }
  }

  look(at = this.#at): void {
    this.#at = at;
    this.#keep(this.#alerts.look(this.#view, start + at));
  }

  act(action: Action): string | undefined {
    const step = this.#alerts.act(action, start + this.#at);
    if ('refused' in step) return step.refused;
    this.#keep(step);
    return undefined;
  }

  /** This message could not be told to its route. */
  divert(message: Message, to: string): void {
    this.#keep({ silences: [], messages: [], asked: [], ...this.#alerts.divert(message, to) });
  }

  configure(config: Config, routes = this.config.routes): void {
    this.config = { ...config, routes };
    this.#alerts.configure(this.config);
    this.lookout.configure(this.config, this.#at);
    this.look();
  }

  /** Another process goes on from what was kept, as text. */
  restart(): void {
    this.lookout = this.lookout.restart(this.config, this.#at);
    const alerts = [...this.kept.values()].filter((alert) => !isSettled(alert));
    const silences = [...this.silences.values()].filter(({ endedAt }) => endedAt === undefined);
    const remembered = JSON.parse(JSON.stringify({ alerts, silences })) as {
      alerts: Alert[];
      silences: Silence[];
    };
    this.#alerts = new Alerts(this.config, remembered, write);
    this.look();
  }

  #keep({ alerts, silences, messages, asked }: AlertStep): void {
    for (const alert of alerts) this.kept.set(alert.id, alert);
    for (const silence of silences) this.silences.set(silence.id, silence);
    this.messages.push(...messages);
    this.asked.push(...asked.map(({ check }) => check));
  }

  get now(): number {
    return this.#at;
  }

  /** What routes were told, in short: seconds after `start`, route, kind and services. */
  get told(): readonly string[] {
    return this.messages.map(
      ({ at, route, kind, alerts }) =>
        `${(at - start) / seconds} ${route} ${kind} ${alerts.map(({ service, consequenceOf }) => `${consequenceOf === undefined ? '' : '+'}${service}`).join(' ')}`,
    );
  }
}
