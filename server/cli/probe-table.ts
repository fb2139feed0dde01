// One probe as an administrator reads it: what came of it, where to look, how long its phases took, what else was seen.
import type { Facts, Outcome } from '../../checks/lib/outcome.ts';
import type { CheckConfig } from '../../config/config.ts';
import type { Graded } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';
import { typeOf } from '../prober/types.ts';
import { whereToLook } from './where-to-look.ts';

export interface Probed {
  readonly series: SeriesKey;
  readonly outcome: Outcome;
  readonly graded: Graded;
}

type Row = readonly [name: string, value: string];

export const probeTable = (check: CheckConfig, { series, outcome, graded }: Probed): string => {
  const reason = outcome.kind === 'ok' ? graded.finding : outcome;
  const family = series.family === 0 ? '' : `, IPv${series.family}`;
  const verdict = reason === undefined ? '' : `: ${reason.cause}, ${reason.evidence}`;
  const rows = [...durations(check, outcome), ...Object.entries(outcome.facts).map(fact)];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${check.id} (${check.type}${family}): ${graded.grade}${verdict}`,
    ...(reason === undefined ? [] : [`  ${whereToLook[reason.cause]}`]),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
  ].join('\n');
};

const durations = (check: CheckConfig, { phasesUs, totalUs }: Outcome): readonly Row[] => {
  const taken = [
    ...typeOf(check).phases.flatMap((phase) => {
      const us = phasesUs[phase];
      return us === undefined ? [] : [[phase, us] as const];
    }),
    ['total', totalUs] as const,
  ];
  const digits = Math.max(...taken.map(([, us]) => milliseconds(us).length));
  return taken.map(([phase, us]) => {
    const limitMs = check.slowMs[phase];
    const mark = limitMs !== undefined && us > limitMs * 1_000 ? `   slow above ${limitMs} ms` : '';
    return [phase, `${milliseconds(us).padStart(digits)}${mark}`];
  });
};

const milliseconds = (us: number): string => `${(us / 1_000).toFixed(2)} ms`;

/** The most milliseconds that a date may be away from 1970. */
const dateMsMax = 8.64e15;

/** How a number is told, by the end of its name. */
const units: Readonly<Record<string, (value: number) => string>> = {
  At: (ms) =>
    Math.abs(ms) <= dateMsMax ? new Date(ms).toISOString().replace(/T(.*)\.\d+Z$/, ' $1 UTC') : String(ms),
  Us: milliseconds,
  Ms: (ms) => `${(ms / 1_000).toFixed(1)} s`,
  Ratio: (ratio) => `${Number((ratio * 100).toFixed(2))} %`,
};

const fact = ([name, value]: readonly [string, Facts[string]]): Row => {
  // After a point stands the name of something: of a session, for instance.
  const [, what = name, unit = '', whose = ''] = /^(\w+?)(At|Us|Ms|Ratio)?(\..*)?$/.exec(name) ?? [];
  const words = (unit === 'At' ? `${what}At` : what).replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
  return [`${words}${whose.replace('.', ' ')}`, told(value, units[unit])];
};

const told = (value: Facts[string], inUnit: (value: number) => string = String): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? inUnit(value) : value;
};
