// What one witness was seen to do, and how those of one vantage point and family vote together.
import type { Layer } from '../../config/config.ts';
import type { Report } from './result.ts';
import type { Instant } from './time.ts';

export interface Witness {
  readonly layer: Layer;
  /** The network that it is reached by, or its own name. */
  readonly network: string;
  readonly lastAt: Instant;
  /** In a row. An invalid outcome is one: having no route is a way of not seeing. */
  readonly failures: number;
  /** Its newest outcome says something about it: we were able to ask. */
  readonly isFit: boolean;
  /** Lately, oldest first; what was sent while it was gone is no loss. */
  readonly packets: readonly Packets[];
}

interface Packets {
  readonly sent: number;
  readonly lost: number;
}

/** As one goes away from us. */
export const layers: readonly Layer[] = ['gateway', 'edge', 'operator', 'reference'];

/** Two minutes of a witness that is asked every ten seconds. */
const packetsKept = 12;

/** However slow it was, or we were, it was seen. */
export const isSeen = ({ outcome }: Report): boolean => outcome.kind === 'ok' || outcome.kind === 'warn';

export const hear = (witness: Witness, report: Report): Witness => {
  const isFit = report.outcome.kind !== 'invalid';
  const packets = witness.failures > 1 ? [] : witness.packets;
  return {
    ...witness,
    lastAt: report.startedAt,
    failures: isSeen(report) ? 0 : witness.failures + 1,
    isFit,
    packets: isFit ? [...packets, packetsOf(report)].slice(-packetsKept) : packets,
  };
};

const packetsOf = (report: Report): Packets => {
  const { sent, received } = report.outcome.facts;
  return typeof sent === 'number' && typeof received === 'number'
    ? { sent, lost: sent - received }
    : { sent: 1, lost: isSeen(report) ? 0 : 1 };
};

/** The outermost layer that there is says whether there is an Internet; those before it, whether it is our own fault. */
export const nearAndFar = (
  witnesses: readonly Witness[],
): { readonly near: readonly Witness[]; readonly far: readonly Witness[] } => {
  const outermost = layers.findLast((layer) => witnesses.some((witness) => witness.layer === layer));
  return {
    near: witnesses.filter(({ layer }) => layer !== outermost),
    far: witnesses.filter(({ layer }) => layer === outermost),
  };
};

/** The share of the votes that is lost: by those who have failed so often in a row, each network having one vote. */
export const shareLost = (witnesses: readonly Witness[], failuresMin: number): number => {
  const networks = [...Map.groupBy(witnesses, ({ network }) => network).values()];
  const lost = networks.map(
    (members) => members.filter(({ failures }) => failures >= failuresMin).length / members.length,
  );
  return networks.length === 0 ? 0 : sum(lost) / networks.length;
};

/** Of fewer packets lost on the way to one witness nothing follows. */
const lostMin = 2;

/** The loss that they have in common: the worst of them may be lossy by itself. */
export const commonLoss = (witnesses: readonly Witness[]): number => {
  const ratios = witnesses
    .filter(({ failures }) => failures < 2)
    .map(({ packets }) => {
      const lost = sum(packets.map(({ lost }) => lost));
      return lost < lostMin ? 0 : lost / sum(packets.map(({ sent }) => sent));
    })
    .toSorted((a, b) => b - a)
    .slice(1);
  return ratios.length === 0 ? 0 : sum(ratios) / ratios.length;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
