// A result as the row of a table: what is exported, and can be imported.
import type { Result } from '../core/result.ts';

export const resultColumns = [
  'check',
  'vantage',
  'family',
  'at',
  'grade',
  'cause',
  'total_us',
  'phases_us',
  'evidence',
] as const;

/** In the order of `resultColumns`. */
export const resultCells = (result: Result): readonly (string | number)[] => {
  const { series, at, grade, cause = '', totalUs, phasesUs, evidence = '' } = result;
  const phases = Object.entries(phasesUs).map(([phase, us]) => `${phase}=${us}`);
  const instant = new Date(at).toISOString();
  const whose = [series.check, series.vantage, series.family];
  return [...whose, instant, grade, cause, totalUs, phases.join(' '), evidence];
};
