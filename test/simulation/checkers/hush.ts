// I12: of what is in maintenance nobody is told while it lasts. I22: nor of what somebody has muted, for which there is always
// an end; and whoever has taken an alert is not reminded of it.
import { toldOf } from '../../../server/core/alerts/alert.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import type { Effects, Subject } from '../../../server/core/effects.ts';
import { hours } from '../../support/watch.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

const silenceMsMax = 30 * 24 * hours;

export class Hush implements Checker {
  readonly #stage: Stage;
  /** Silences that have run out: a clock that is set back does not bring them again. */
  readonly #over = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  clockStepped(before: number): void {
    for (const { id, until } of this.#stage.archive.silences.values())
      if (until <= before) this.#over.add(id);
  }

  kept({ silences }: Effects): void {
    for (const { id, from, until } of silences)
      demand(from < until && until - from <= silenceMsMax, 'I22 mute', () => `${id} has no end`);
    for (const message of this.#stage.archive.fresh) this.#checkMessage(message);
  }

  #checkMessage({ key, kind, route, at, alerts }: Message): void {
    const { archive, vigie } = this.#stage;
    for (const { id, service = '', consequenceOf } of alerts) {
      const alert = archive.alerts.get(id);
      // What is new of one service may share a message with what is known of another.
      const isFirst = kind === 'alert' && alert !== undefined && toldOf(alert, route)?.messages === 1;
      if (consequenceOf !== undefined || (!isFirst && kind !== 'reminder')) continue;
      const window = archive.windows
        .values()
        .find(
          ({ services, from, until, cancelled }) =>
            services.includes(service) && from <= at && at < until && cancelled !== true,
        );
      demand(window === undefined, 'I12 maintenance', () => `${key} is told within ${window?.id}`);
      const isMuted = (subject: Subject) => subject.kind === 'service' && subject.id === service;
      const silence = archive.silences
        .values()
        .find(
          ({ id, subject, from, until, endedAt }) =>
            isMuted(subject) && from < at && at < until && endedAt === undefined && !this.#over.has(id),
        );
      demand(silence === undefined, 'I22 mute', () => `${key} is told in spite of ${silence?.id}`);
      const taken = alert?.acknowledgement;
      const isLate = (vigie.config.routes.find((one) => one.id === route)?.afterMs ?? 0) > 0;
      demand(
        taken === undefined || taken.at >= at || (isFirst && !isLate),
        'I22 mute',
        () => `${key} is told, though ${taken?.by} has it`,
      );
    }
  }
}
