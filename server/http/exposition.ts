// Metrics as text, for Prometheus (0.0.4) and for OpenMetrics (1.0.0). prom-client can write both, but takes four times as
// long, and forgets the `_total` of its counters for good once it has written OpenMetrics.

export type Labels = Readonly<Partial<Record<string, string | number>>>;

export interface Sample {
  readonly metricName?: string;
  readonly labels: Labels;
  /** Name and labels as text, where a sample lives long enough to keep it. */
  readonly prefix?: string;
  value: number;
}

/** A metric of prom-client is one, too. */
export interface Family {
  readonly get: () => Promise<{
    readonly name: string;
    readonly help: string;
    /** `counter`, `gauge`, `histogram` or `summary`; prom-client declares a number, and gives the word. */
    readonly type: string | number;
    readonly values: readonly Sample[];
  }>;
}

export type Format = 'prometheus' | 'openmetrics';

export const contentTypes = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const satisfies Record<Format, string>;

/** The text, and how many series are in it. */
export const expose = async (
  families: readonly Family[],
  format: Format,
): Promise<{ readonly text: string; readonly series: number }> => {
  const lines: string[] = [];
  let series = 0;
  for (const { name, help, type, values } of await Promise.all(families.map((family) => family.get()))) {
    const family =
      format === 'openmetrics' && String(type) === 'counter' ? name.replace(/_total$/, '') : name;
    lines.push(`# HELP ${family} ${escape(help)}`, `# TYPE ${family} ${type}`);
    for (const { metricName = name, labels, prefix = prefixOf(metricName, labels), value } of values)
      lines.push(prefix + numberText(value));
    series += values.length;
  }
  lines.push(format === 'openmetrics' ? '# EOF\n' : '');
  return { text: lines.join('\n'), series };
};

export const prefixOf = (name: string, labels: Labels): string => {
  let text = '';
  for (const label in labels) text += `${text === '' ? '{' : ','}${label}="${escape(String(labels[label]))}"`;
  return text === '' ? `${name} ` : `${name}${text}} `;
};

const escape = (text: string): string =>
  /[\\"\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : text;

const numberText = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
};
