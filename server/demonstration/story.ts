// What happens in the demonstration's world, and when: told within ten minutes, again and again.

/** What is wrong at an instant; all zero is a good day. */
export interface Conditions {
  /** The members' web site refuses connections. */
  readonly siteDown: boolean;
  /** The database waits this long before it confirms a transaction, as on a slow disk. */
  readonly commitDelayMs: number;
  /** The mail server accepts connections and says nothing. */
  readonly mailHangs: boolean;
  /** Share of the questions that the name server does not hear, as over a lossy uplink. */
  readonly questionsLostRatio: number;
}

const fineDay: Conditions = { siteDown: false, commitDelayMs: 0, mailHangs: false, questionsLostRatio: 0 };

interface Scene extends Partial<Conditions> {
  readonly fromMs: number;
  readonly untilMs: number;
}

const seconds = 1_000;
const scenes: readonly Scene[] = [
  { fromMs: 60 * seconds, untilMs: 140 * seconds, siteDown: true },
  { fromMs: 200 * seconds, untilMs: 350 * seconds, commitDelayMs: 140 },
  { fromMs: 420 * seconds, untilMs: 470 * seconds, mailHangs: true },
  { fromMs: 500 * seconds, untilMs: 560 * seconds, questionsLostRatio: 0.4 },
];
const roundMs = 600 * seconds;

/** The conditions `elapsedMs` after the world began. */
export const conditionsAt = (elapsedMs: number): Conditions => {
  const atMs = elapsedMs % roundMs;
  const {
    fromMs: _from,
    untilMs: _until,
    ...trouble
  } = scenes.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs) ?? {
    fromMs: 0,
    untilMs: 0,
  };
  return { ...fineDay, ...trouble };
};
