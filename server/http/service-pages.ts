// The pages of services, and the times they show: made when somebody asks, in an order that readers cannot hurry.
import type { Language } from '../../config/config.ts';
import { servicePage } from '../../dashboard/service/page.ts';
import { OnDemand } from '../app/on-demand.ts';
import type { Clock, Log, Timers } from '../app/ports.ts';
import type { PublishedHistory } from '../app/published-history.ts';
import { timesMs } from '../app/published-times.ts';
import type { PublishedTimes, TimesWindow } from '../app/published-times.ts';
import type { AssetLinks } from './assets.ts';
import { csv } from './export.ts';
import type { Cell } from './export.ts';
import { isoOf } from './latency.ts';
import { json, printed } from './render.ts';
import type { Pages } from './render.ts';
import { rendered } from './rendered.ts';
import type { Rendered } from './rendered.ts';

export interface Wanted {
  readonly service: string;
  readonly window: TimesWindow;
  readonly as: Language | 'json' | 'csv';
}

/** `missing`: there is no such thing. Nothing: there may be, when it is asked for again. */
export type ServicePages = Pick<OnDemand<Wanted, Rendered | 'missing'>, 'of'>;

export interface ServicePagesDeps {
  readonly pages: () => Pages;
  /** Of a public service, made beforehand. */
  readonly history: (service: string) => Rendered | undefined;
  /** Nothing, where its checks take no time. Rejects with a `StoreError`. */
  readonly times: (service: string, window: TimesWindow) => Promise<PublishedTimes | undefined>;
  readonly links: AssetLinks;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'error'>;
}

/** A snapshot is as young. */
const pageFreshMs = 15_000;
/** Where a bucket lasts longer, a new one comes more rarely. */
const timesFreshShare = 1 / 1_440;
const timesFreshMsMax = 3_600_000;
/** A hundred kilobytes each, at the most. */
const keptMax = 64;

export const openServicePages = ({
  pages,
  history,
  times,
  links,
  ...rest
}: ServicePagesDeps): ServicePages => {
  const timed = new OnDemand<Omit<Wanted, 'as'>, PublishedTimes | 'untimed'>({
    ...rest,
    keptMax,
    make: async ({ service, window }) => (await times(service, window)) ?? 'untimed',
    nameOf: ({ service, window }) => `${service} ${window}`,
    freshMs: ({ window }) => Math.min(timesFreshMsMax, timesMs[window] * timesFreshShare),
  });
  const made: OnDemand<Wanted, Rendered | 'missing'> = new OnDemand({
    ...rest,
    keptMax,
    make: async (wanted) => {
      const told = await timed.of(wanted);
      const { status } = pages();
      const service = status.services.find(({ id }) => id === wanted.service);
      const { as, window } = wanted;
      if (service === undefined) return 'missing';
      if (as === 'json' || as === 'csv') return told === 'untimed' ? 'missing' : told && dataOf(told, as);
      const last = made.last(wanted);
      const content = printed(
        servicePage({
          status,
          service,
          language: as,
          links,
          window,
          times: told ?? 'unavailable',
          history: historyIn(history(service.id)),
        }),
      );
      return rendered('text/html; charset=utf-8', content, {
        language: as,
        before: last === 'missing' ? undefined : last,
      });
    },
    // Nobody who was told that something has changed gets what was made before.
    nameOf: ({ service, window, as }) => `${service} ${window} ${as} ${pages().changedAt}`,
    freshMs: () => pageFreshMs,
  });
  return made;
};

/** What is ready to be sent is all that is kept of it. */
const historyIn = (made: Rendered | undefined): PublishedHistory | undefined =>
  made?.bodies.identity && (JSON.parse(new TextDecoder().decode(made.bodies.identity)) as PublishedHistory);

const dataOf = async (times: PublishedTimes, as: 'json' | 'csv'): Promise<Rendered> => {
  if (as === 'json') return json(times);
  const lines = await Array.fromAsync(csv(columns, [times.buckets.map(cellsOf)]));
  return rendered('text/csv; charset=utf-8', lines.join(''));
};

const columns = 'from measured lost p10_ms p25_ms p50_ms p75_ms p90_ms'.split(' ');

const cellsOf = ({ at, measured, lost, quantilesMs }: PublishedTimes['buckets'][number]): readonly Cell[] => [
  isoOf(at),
  measured,
  lost,
  ...(quantilesMs ?? ['', '', '', '', '']),
];
