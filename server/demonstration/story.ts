// What happens in the demonstration's world, and when: told within ten minutes, again and again.

export type Trouble =
  /** The web server answers 503, as when PHP has died behind it. */
  | 'site-fails'
  /** The database confirms transactions late, as on a slow disk, and does all else as ever. */
  | 'commits-slow'
  /** The mail servers accept connections and say nothing. */
  | 'mail-hangs'
  /** A name server hears only every second question, as over an uplink that loses packets. */
  | 'questions-lost'
  /** One of the virtual servers cuts every connection. */
  | 'virtual-server-fails'
  /** The job that makes backups says that it has failed. */
  | 'backup-fails'
  /** The web server still has a certificate that ends in a few days. */
  | 'certificate-old';

interface Scene {
  readonly trouble: Trouble;
  /** From the beginning of a round; `untilMs` is outside. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** For whoever started the demonstration. */
  readonly words: string;
}

const seconds = 1_000;

/** In their order, and never two at a time, so that each is understood before the next begins. */
export const scenes: readonly Scene[] = [
  {
    trouble: 'site-fails',
    fromMs: 20 * seconds,
    untilMs: 80 * seconds,
    words: 'the web site of the members answers 503',
  },
  {
    trouble: 'commits-slow',
    fromMs: 100 * seconds,
    untilMs: 190 * seconds,
    words: 'the database is slow to commit, as on a sick disk',
  },
  {
    trouble: 'mail-hangs',
    fromMs: 220 * seconds,
    untilMs: 280 * seconds,
    words: 'the mail servers accept connections and say nothing',
  },
  {
    trouble: 'questions-lost',
    fromMs: 310 * seconds,
    untilMs: 370 * seconds,
    words: 'a name server hears only every second question',
  },
  {
    trouble: 'virtual-server-fails',
    fromMs: 400 * seconds,
    untilMs: 450 * seconds,
    words: 'one virtual server of two cuts every connection',
  },
  {
    trouble: 'backup-fails',
    fromMs: 470 * seconds,
    untilMs: 510 * seconds,
    words: 'the backups fail',
  },
  {
    trouble: 'certificate-old',
    fromMs: 530 * seconds,
    untilMs: 580 * seconds,
    words: 'a certificate is about to expire, until it is renewed',
  },
];
export const roundMs = 600 * seconds;

/** A telling of the story: when it began (epoch milliseconds), and how many times faster than written it goes. */
export interface Telling {
  readonly startedAt: number;
  readonly speed: number;
}

export const happens = (trouble: Trouble, { startedAt, speed }: Telling, now: number): boolean => {
  const atMs = ((now - startedAt) * speed) % roundMs;
  return scenes.some((scene) => scene.trouble === trouble && atMs >= scene.fromMs && atMs < scene.untilMs);
};

/** When the scenes of the first round begin and end, in epoch milliseconds. */
export const timetable = ({ startedAt, speed }: Telling) =>
  scenes.map(({ fromMs, untilMs, ...scene }) => ({
    ...scene,
    from: startedAt + fromMs / speed,
    until: startedAt + untilMs / speed,
  }));
