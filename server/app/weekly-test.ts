// Every Monday a message to each route that wants one: a way out that nobody tries is a way out that nobody has.
import type { Config, RouteConfig, Organisation } from '../../config/config.ts';
import { testWords } from '../../config/locales/test-message.ts';
import type { Message } from '../core/alerts/message.ts';
import type { Clock, Cron } from './ports.ts';

export interface WeeklyTestDeps {
  readonly clock: Clock;
  readonly cron: Cron;
  /** Puts messages into the outbox. */
  readonly tell: (messages: readonly Message[]) => void;
}

const mondayAtTen = '0 10 * * 1';

export class WeeklyTest {
  readonly #deps: WeeklyTestDeps;
  #stop = () => {};

  constructor(deps: WeeklyTestDeps) {
    this.#deps = deps;
  }

  /** Goes by this configuration from now on. */
  configure({ routes, organisation }: Config): void {
    const { clock, cron, tell } = this.#deps;
    this.#stop();
    const tested = routes.filter(({ weeklyTest }) => weeklyTest);
    if (tested.length === 0) return;
    // One that was missed, because the machine stood still, is as good when it comes late.
    const test = () => tell(tested.map((route) => testMessage(route, organisation, clock.now(), 'weekly')));
    this.#stop = cron(mondayAtTen, organisation.timezone, test, test);
  }

  stop(): void {
    this.#stop();
    this.#stop = () => {};
  }
}

/** `weekly` ones of the same day are the same message. */
export const testMessage = (
  { id }: Pick<RouteConfig, 'id'>,
  { name, timezone }: Pick<Organisation, 'name' | 'timezone'>,
  at: number,
  occasion: 'weekly' | 'asked',
): Message => {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate();
  const key = `test/${occasion === 'weekly' ? day.toString() : at}/${id}`;
  const { fr, en } = testWords;
  return {
    key,
    thread: key,
    route: id,
    kind: 'test',
    severity: 'info',
    at,
    exercise: false,
    title: { fr: fr.title(name), en: en.title(name) },
    text: { fr: fr[occasion](id), en: en[occasion](id) },
    alerts: [],
  };
};
