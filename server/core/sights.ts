// Where from, and over which family, we see: a sight for each, made of the witnesses that are asked there.
import type { WitnessConfig } from '../../config/config.ts';
import { isLosing } from './lossy.ts';
import type { Loss } from './lossy.ts';
import type { Result, Report } from './result.ts';
import { grade, resultOf } from './result.ts';
import { seriesId, seriesOf } from './series.ts';
import type { SeriesKey } from './series.ts';
import { alwaysClear, openEyes, rewindSight, testify, withWitnesses } from './sight.ts';
import type { ClearTime, Sight } from './sight.ts';
import type { Instant } from './time.ts';
import { lossOf, tellUplink } from './uplink.ts';
import type { Told } from './uplink.ts';
import type { Witness } from './witness.ts';

/** What one sight is of. */
export type Place = Pick<SeriesKey, 'vantage' | 'family'>;

export interface Blind extends Place {
  readonly since: Instant;
}

/** We have ceased to see from there, or see again what we had not seen since then. */
export interface Turn extends Blind {
  readonly kind: 'blind' | 'sighted';
}

export interface Heard {
  readonly result: Result;
  readonly turn?: Turn;
  /** What the uplink is seen to be, when every witness of the place has been heard since it was last told. */
  readonly uplink?: Told & Place;
  /** With this round it is seen that what is sent gets lost. */
  readonly lossBegins?: true;
  /** Witnesses who have only been asked in the dark time that is over: to be asked now. */
  readonly asked?: readonly SeriesKey[];
}

interface Entry extends Place {
  sight: Sight;
  /** In this round. */
  readonly heard: Set<string>;
  /** Those whose word was out of date once in it: no more than once, or where much gets lost no round would end. */
  readonly outdated: Set<string>;
  loss: Loss | undefined;
  /** The start that was last told of the uplink. */
  toldAt: Instant;
}

const placeId = ({ vantage, family }: Place): string => `${vantage}/${family}`;

export class Sights {
  #entries = new Map<string, Entry>();
  #witnesses = new Map<string, { readonly key: SeriesKey; readonly config: WitnessConfig }>();

  /** Blind as we were, until a witness is seen. */
  constructor(blind: readonly Blind[], now: Instant) {
    for (const { vantage, family, since } of blind) {
      const sight = { ...openEyes(now), blind: true, since };
      this.#entries.set(placeId({ vantage, family }), {
        vantage,
        family,
        sight,
        heard: new Set(),
        outdated: new Set(),
        loss: undefined,
        toldAt: 0,
      });
    }
  }

  /** We see nothing, wherever we look from. */
  get blind(): boolean {
    return together([...this.#entries.values()]).blind;
  }

  /** Since when we see nothing, or something again. */
  get since(): Instant {
    return together([...this.#entries.values()]).since;
  }

  get isBlindAnywhere(): boolean {
    return this.#entries.values().some(({ sight }) => sight.blind);
  }

  get places(): Iterable<Place & { readonly sight: Sight }> {
    return this.#entries.values();
  }

  /** The series of all witnesses. */
  get witnesses(): ReadonlySet<string> {
    return new Set(this.#witnesses.keys());
  }

  /** Those whose outcomes make that of a series that is derived. */
  witnessesOf(series: Place): readonly SeriesKey[] {
    const id = placeId(series);
    return [...this.#witnesses.values()].flatMap(({ key }) => (placeId(key) === id ? [key] : []));
  }

  /** Whether we can judge a series: by its own witnesses or, where it has none, by all of its vantage point. */
  of(series: Place): Vision {
    const own = this.#entries.get(placeId(series));
    if (own !== undefined) return together([own]);
    return together([...this.#entries.values()].filter(({ vantage }) => vantage === series.vantage));
  }

  /** What gets lost on the way of a series, or did, as its own witnesses show: the one family says nothing of the other. */
  lossOf(series: Place): Loss | undefined {
    return this.#entries.get(placeId(series))?.loss;
  }

  /** Nothing when it is no report of a witness. Of a prober that was not fit it is kept, and no evidence. */
  hear(report: Report, wasFit = true): Heard | undefined {
    const id = seriesId(report.series);
    const witness = this.#witnesses.get(id);
    const entry = this.#entries.get(placeId(report.series));
    if (witness === undefined || entry === undefined) return undefined;
    if (!wasFit) return { result: resultOf(report, { grade: 'invalid' }) };
    const { vantage, family, sight: before, heard } = entry;
    const result = resultOf(report, grade(report, witness.config.slowMs));
    entry.sight = testify(before, id, report);
    // It is no newer than what was heard of this witness: a report that came twice, or late.
    if (entry.sight === before) return { result };
    heard.add(id);
    hearAnew(entry, id, before);
    const asked = forgetDark(entry, id, before).flatMap((dark) => this.#witnesses.get(dark)?.key ?? []);
    const isRoundOver = heard.size === entry.sight.witnesses.size;
    const lossBefore = entry.loss;
    if (isRoundOver) {
      heard.clear();
      entry.outdated.clear();
      entry.loss = nextLoss(entry, report.startedAt);
    }
    return {
      result,
      ...(entry.sight.blind !== before.blind && { turn: turnOf(entry, before) }),
      ...(isRoundOver && {
        uplink: { vantage, family, ...tellAnew(entry) },
      }),
      ...(isLosing(entry.loss) && !isLosing(lossBefore) && { lossBegins: true }),
      ...(asked.length > 0 && { asked }),
    };
  }

  /** What is seen by other witnesses from now on; where there are none any more we trust ourselves. */
  configure(witnesses: readonly WitnessConfig[], now: Instant): readonly Turn[] {
    const before = this.#entries;
    this.#entries = new Map();
    this.#witnesses = new Map(
      witnesses.flatMap((config) => seriesOf(config).map((key) => [seriesId(key), { key, config }])),
    );
    for (const [id, all] of Map.groupBy(this.#witnesses.values(), ({ key }) => placeId(key))) {
      const [{ key }] = all as [(typeof all)[number]];
      const places = all.map(
        ({ key, config: { id, layer, network = id } }) => [seriesId(key), { layer, network }] as const,
      );
      const known = before.get(id);
      const sight = withWitnesses(known?.sight ?? openEyes(now), new Map(places));
      const { vantage, family } = key;
      const [heard, outdated] = [new Set<string>(), new Set<string>()];
      const { loss, toldAt = 0 } = known ?? {};
      this.#entries.set(id, { vantage, family, sight, heard, outdated, loss, toldAt });
    }
    return [...before].flatMap(([id, { vantage, family, sight }]) =>
      sight.blind && !this.#entries.has(id) ? [{ kind: 'sighted', vantage, family, since: sight.since }] : [],
    );
  }

  rewind(now: Instant): void {
    for (const entry of this.#entries.values()) {
      entry.sight = rewindSight(entry.sight, now);
      entry.toldAt = Math.min(entry.toldAt, now);
      if ((entry.loss?.endedAt ?? 0) > now) entry.loss = undefined;
    }
  }
}

const nextLoss = ({ sight, loss }: Entry, at: Instant): Loss | undefined => {
  const ratio = lossOf([...sight.witnesses.values()]);
  if (ratio !== undefined) return { ratio };
  return loss && { endedAt: at, ...loss };
};

// Those of two rounds may have been asked at one instant: the second must not be taken for the first that comes again.
const tellAnew = (entry: Entry): Told => {
  const told = tellUplink([...entry.sight.witnesses.values()]);
  entry.toldAt = Math.max(told.at, entry.toldAt + 1);
  return { ...told, at: entry.toldAt };
};

// Who says otherwise than before is put together with those who were asked with it or since, if for another round; and not
// with those who agreed with what it said before, and have not been asked since.
const hearAnew = ({ heard, outdated, sight: { witnesses } }: Entry, id: string, before: Sight): void => {
  const [was, is] = [before.witnesses.get(id), witnesses.get(id)];
  if (was === undefined || is === undefined || isFailing(was) === isFailing(is)) return;
  for (const [other, witness] of witnesses)
    if (witness.lastAt >= is.lastAt) heard.add(other);
    else if (isFailing(witness) === isFailing(was) && !outdated.has(other) && heard.delete(other))
      outdated.add(other);
};

// Who was asked before a dark time was over may have failed for that alone: the round waits until they are asked anew.
const forgetDark = ({ heard, sight }: Entry, id: string, before: Sight): readonly string[] => {
  const { clearSince, witnesses } = sight;
  const isOver = clearSince !== before.clearSince;
  const dark = [...witnesses].flatMap(([other, { lastAt }]) =>
    lastAt < clearSince && (isOver || other === id) ? other : [],
  );
  for (const other of dark) heard.delete(other);
  return dark;
};

const isFailing = ({ failures }: Witness): boolean => failures > 0;

const turnOf = ({ vantage, family, sight }: Entry, before: Sight): Turn => ({
  kind: sight.blind ? 'blind' : 'sighted',
  vantage,
  family,
  since: (sight.blind ? sight : before).since,
});

export interface Vision {
  readonly blind: boolean;
  readonly since: Instant;
  readonly clear: ClearTime;
}

const trusted: Vision = { blind: false, since: 0, clear: alwaysClear };

// Whoever has no witness of its own is seen for as long as anybody's witnesses are.
const together = (entries: readonly Entry[]): Vision => {
  if (entries.length === 0) return trusted;
  const sights = entries.map(({ sight }) => sight);
  return {
    blind: sights.every(({ blind }) => blind),
    since: Math.max(...sights.map(({ since }) => since)),
    clear: {
      from: Math.min(...sights.map(({ clearSince }) => clearSince)),
      seen: sights.map(({ seen }) => seen).reduce((a, b) => (a.askedAt >= b.askedAt ? a : b)),
    },
  };
};
