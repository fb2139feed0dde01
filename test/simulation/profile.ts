// What a seed means: which faults happen in its world, how often, and how bad they are. Printed with every failure.
import { Random } from './random.ts';

export const faults = [
  'refuse',
  'hang',
  'slow',
  'flap',
  'loss',
  'cut',
  'cut6',
  'stall',
  'pause',
  'crash',
  'proberDeath',
  'suspend',
  'step',
  'reload',
  'disk',
  'lossy',
  'sick',
  'echo',
  'sink',
  'acknowledge',
  'mute',
  'plan',
  'tell',
] as const;
export type Fault = (typeof faults)[number] | 'slower';

export interface Profile {
  readonly seed: number;
  readonly days: number;
  /** Midnight in Paris; often a few days before one of the two nights that change the clocks. */
  readonly from: string;
  /** How often things are probed: see `networkOf`. */
  readonly pace: number;
  /** Results are rolled up, which takes its time. */
  readonly condenses: boolean;
  /** It is learned what is usual of one of them. */
  readonly learns: boolean;
  /** How many hours lie between two faults of a kind, on average. What is not listed does not happen. */
  readonly hoursBetween: Readonly<Partial<Record<Fault, number>>>;
  /** Of the packets in a burst of loss. */
  readonly burstLossRatio: number;
}

/** Each fault comes in two of three worlds, so that some are left out everywhere: together they may hide what one alone shows. */
const share = 2 / 3;

export const profileOf = (seed: number, days: number): Profile => {
  const random = new Random(seed).fork('profile');
  const night = random.pick(['2026-03-29', '2026-10-25']);
  const hoursBetween: Partial<Record<Fault, number>> = {};
  for (const fault of faults) {
    const hours = Math.round(random.logUniform(3, 96) * 10) / 10;
    if (random.chance(share)) hoursBetween[fault] = hours;
  }
  // Drawn apart from all else.
  const school = new Random(seed).fork('school');
  const learns = school.chance(1 / 8);
  if (learns) hoursBetween.slower = Math.round(school.logUniform(24, 96) * 10) / 10;
  const condenses = school.chance(1 / 8);
  return {
    seed,
    days,
    from: Temporal.PlainDate.from(night)
      .subtract({ days: random.int(0, days) })
      .toString(),
    // Hosts that are watched closely see other races than calm ones, and take up to five times as long.
    pace: random.chance(1 / 60) ? 1 : random.chance(1 / 12) ? 3 : 15,
    condenses,
    learns,
    hoursBetween,
    burstLossRatio: Math.round(random.logUniform(0.3, 1) * 100) / 100,
  };
};

/** A world in which everything goes wrong, several times a day. */
export const wildProfileOf = (seed: number, days: number): Profile => ({
  ...profileOf(seed, days),
  pace: new Random(seed).fork('pace').pick([1, 3, 3, 15]),
  hoursBetween: Object.fromEntries(faults.map((fault) => [fault, 2])),
});

/** A world in which it is learned what is usual, and in which little happens but that this changes. */
export const learningProfileOf = (seed: number, days: number): Profile => ({
  ...profileOf(seed, days),
  pace: 15,
  learns: true,
  hoursBetween: { slower: 18, slow: 48, refuse: 48, crash: 48, step: 48, reload: 200 },
});
