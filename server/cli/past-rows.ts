// Rows of a table as results: of the table that Vigie exports, or of a plain one that anybody can make of what another
// system has kept.
import { causes, printable, selfCauses } from '../../checks/lib/outcome.ts';
import type { Cause, SelfCause } from '../../checks/lib/outcome.ts';
import type { CheckConfig, Config } from '../../config/config.ts';
import { meant, quote } from '../../config/problems.ts';
import { resultColumns } from '../app/result-row.ts';
import { grade, grades, resultOf } from '../core/result.ts';
import type { Grade, Result } from '../core/result.ts';
import { seriesOf } from '../core/series.ts';
import type { SeriesKey } from '../core/series.ts';
import { typeOf } from '../prober/types.ts';
import type { Cell, Fault } from './csv.ts';

/** What is wrong with a cell; its name is that of its column of the table. */
export interface CellFault extends Fault {
  readonly name: string;
}

/** What a row says, or all that is wrong with it. */
export type ReadRow = (cells: readonly Cell[]) => Result | readonly CellFault[];

const plainColumns = ['time', 'check', 'outcome', 'latency_ms', 'evidence', 'vantage', 'family'] as const;
type Column = (typeof resultColumns)[number] | (typeof plainColumns)[number];

/** By the names of the columns, which come in any order. */
export const rowsNamed = (
  head: readonly Cell[],
  config: Pick<Config, 'services' | 'witnesses'>,
  now: number,
): ReadRow | readonly CellFault[] => {
  const names = head.map(({ text }) => text.trim());
  const isOurs = names.includes('at');
  const known: readonly string[] = isOurs ? resultColumns : plainColumns;
  const faults = head.flatMap(({ column }, place): readonly CellFault[] => {
    const name = names[place] ?? '';
    if (known.includes(name) && names.indexOf(name) === place) return [];
    return [{ name: 'the first line', column, found: quote(name), expected: meant(name, known) }];
  });
  const wanted = isOurs ? resultColumns : (['time', 'check', 'latency_ms'] as const);
  for (const name of wanted.filter((name) => !names.includes(name)))
    faults.push({ name: 'the first line', column: 1, found: 'no such column', expected: name });
  if (faults.length > 0) return faults;
  const services = config.services.flatMap((service) => service.checks);
  const checks = new Map([...services, ...config.witnesses].map((check) => [check.id, check]));
  return (cells) => {
    if (cells.length !== names.length)
      return [{ name: '', column: 1, found: `${cells.length} cells`, expected: `${names.length}` }];
    const row = new Row(names, cells, checks, now);
    const result = isOurs ? ours(row) : plain(row);
    return row.faults.length > 0 ? row.faults : result;
  };
};

class Row {
  readonly faults: CellFault[] = [];
  readonly checks: ReadonlyMap<string, CheckConfig>;
  readonly now: number;
  readonly #names: readonly string[];
  readonly #cells: readonly Cell[];

  constructor(
    names: readonly string[],
    cells: readonly Cell[],
    checks: ReadonlyMap<string, CheckConfig>,
    now: number,
  ) {
    this.checks = checks;
    this.now = now;
    this.#names = names;
    this.#cells = cells;
  }

  has(name: Column): boolean {
    return this.#names.includes(name);
  }

  /** What `read` makes of a cell; of one that it cannot read, a fault, and `otherwise`. */
  take<Value>(
    name: Column,
    read: (text: string) => Value | undefined,
    expected: string | ((text: string) => string),
    otherwise: Value,
  ): Value {
    const { text, column } = this.#cells[this.#names.indexOf(name)] ?? { text: '', column: 1 };
    const value = read(text);
    if (value !== undefined) return value;
    const wanted = typeof expected === 'string' ? expected : expected(text);
    this.faults.push({ name, column, found: quote(text), expected: wanted });
    return otherwise;
  }
}

const ours = (row: Row): Result => {
  const series = seriesIn(row);
  const phases = phasesOf(row.checks.get(series.check));
  const cause = row.take('cause', causeOf, (text) => meant(text, [...causes, ...selfCauses]), '');
  const evidence = printable(row.take('evidence', unquoted, '', ''));
  return {
    series,
    at: row.take('at', passed(row.now, isoInstant), instantExpected, 0),
    grade: row.take('grade', gradeOf, (text) => meant(text, grades), 'invalid'),
    ...(cause !== '' && { cause }),
    totalUs: row.take('total_us', microseconds, 'microseconds, at most those of a day', 0),
    phasesUs: row.take('phases_us', phasesIn(phases), `phase=microseconds of ${phases.join(', ')}`, {}),
    ...(evidence !== '' && { evidence }),
    facts: {},
  };
};

// Of what another system saw, only this is known: whether it was answered, and how long that took.
const plain = (row: Row): Result => {
  const series = seriesIn(row);
  const startedAt = row.take('time', passed(row.now, anyInstant), plainInstantExpected, 0);
  const latencyUs = row.take(
    'latency_ms',
    latency,
    'milliseconds, at most those of a day, or nothing',
    'none',
  );
  const told = row.has('outcome') ? row.take('outcome', outcomeOf, 'up, down or nothing', '') : '';
  const isUp = told === 'up' || (told === '' && latencyUs !== 'none');
  if (isUp && latencyUs === 'none') row.take('latency_ms', nothing, 'milliseconds, for it is up', undefined);
  const evidence = row.has('evidence') ? printable(row.take('evidence', unquoted, '', '')) : '';
  const measured = { totalUs: latencyUs === 'none' ? 0 : latencyUs, phasesUs: {}, facts: {} };
  const outcome = isUp
    ? ({ kind: 'ok', ...measured } as const)
    : ({ kind: 'fail', cause: 'bad_answer', evidence: evidence || 'down', ...measured } as const);
  const report = { series, startedAt, outcome, tainted: false };
  return resultOf(report, grade(report, row.checks.get(series.check)?.slowMs ?? {}));
};

/** Where the table does not say from where and over which family, the check must have one series only. */
const seriesIn = (row: Row): SeriesKey => {
  const none: SeriesKey = { check: '', vantage: '', family: 0 };
  const ids = [...row.checks.keys()];
  const check = row.take(
    'check',
    (id) => row.checks.get(id),
    (id) => meant(id, ids),
    undefined,
  );
  if (check === undefined) return none;
  const all = seriesOf(check);
  const told = (['vantage', 'family'] as const).filter((name) => row.has(name));
  const cells = told.map((name) => row.take(name, (text) => text, '', ''));
  const found = all.filter((key) => told.every((name, place) => String(key[name]) === cells[place]));
  const [series, ...others] = found;
  if (series !== undefined && others.length === 0) return series;
  const names = all.map(({ vantage, family }) => `vantage ${vantage} and family ${family}`);
  row.take(
    told[0] ?? 'check',
    nothing,
    `${told.length === 0 ? 'columns that say ' : ''}${names.join(', or ')}`,
    none,
  );
  return none;
};

const nothing = (): undefined => undefined;
const phasesOf = (check: CheckConfig | undefined): readonly string[] =>
  check === undefined ? [] : typeOf(check).phases;

const dayMs = 86_400_000;
const gradeOf = (text: string): Grade | undefined => grades.find((grade) => grade === text);
const causeOf = (text: string): Cause | SelfCause | '' | undefined =>
  text === '' ? '' : [...causes, ...selfCauses].find((cause) => cause === text);
const outcomeOf = (text: string): 'up' | 'down' | '' | undefined =>
  (['up', 'down', ''] as const).find((outcome) => outcome === text.trim().toLowerCase());

/** Without the apostrophe by which an export keeps a spreadsheet from taking it for a formula. */
const unquoted = (text: string): string => text.replace(/^'(?='*[=+\-@\t\r])/, '');

const microseconds = (text: string): number | undefined =>
  /^\d{1,11}$/.test(text) && Number(text) <= dayMs * 1_000 ? Number(text) : undefined;

const latency = (text: string): number | 'none' | undefined => {
  if (text.trim() === '') return 'none';
  const ms = /^\s*\d{1,8}(\.\d{1,20})?(e[+-]?\d{1,2})?\s*$/i.test(text) ? Number(text) : Number.NaN;
  return ms <= dayMs ? Math.round(ms * 1_000) : undefined;
};

const phasesIn =
  (known: readonly string[]) =>
  (text: string): Record<string, number> | undefined => {
    const phases: Record<string, number> = {};
    for (const pair of text.split(' ').filter(Boolean)) {
      const [phase = '', us = ''] = pair.split('=');
      const read = microseconds(us);
      if (read === undefined || !known.includes(phase) || pair !== `${phase}=${us}`) return undefined;
      phases[phase] = read;
    }
    return phases;
  };

const instantExpected = 'an instant that has passed, such as 2026-11-22T09:00:00Z';
const plainInstantExpected = `${instantExpected}, or seconds or milliseconds since 1970`;
const isoInstant = (text: string): number =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
const anyInstant = (text: string): number => {
  const written = text.trim();
  if (/^\d{13}$/.test(written)) return Number(written);
  return /^\d{9,10}(\.\d{1,9})?$/.test(written) ? Math.floor(Number(written) * 1_000) : isoInstant(written);
};
const passed =
  (now: number, read: (text: string) => number) =>
  (text: string): number | undefined => {
    const at = read(text);
    return at >= 0 && at <= now ? at : undefined;
  };
