// Metrics as text, for Prometheus (0.0.4) and for OpenMetrics (1.0.0). prom-client can write both, but takes four times as
// long, and forgets the `_total` of its counters for good once it has written OpenMetrics.

export type Labels = Readonly<Partial<Record<string, string | number>>>;

export interface Sample {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
}

interface Named {
  readonly name: string;
  readonly help: string;
  /** `counter`, `gauge`, `histogram` or `summary`; prom-client declares a number, and gives the word. */
  readonly type: string | number;
}

/** What has samples, or writes its lines itself. A metric of prom-client is one, too. */
export interface Family {
  readonly get: () => Promise<
    Named & ({ readonly values: readonly Sample[] } | { readonly lines: readonly string[] })
  >;
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
  for (const answer of await Promise.all(families.map((family) => family.get()))) {
    const { name, help, type } = answer;
    const family =
      format === 'openmetrics' && String(type) === 'counter' ? name.replace(/_total$/, '') : name;
    lines.push(`# HELP ${family} ${escape(help)}`, `# TYPE ${family} ${type}`);
    const own = 'lines' in answer ? answer.lines : answer.values.map((sample) => lineOf(name, sample));
    for (const line of own) lines.push(line);
    series += own.length;
  }
  lines.push(format === 'openmetrics' ? '# EOF\n' : '');
  return { text: lines.join('\n'), series };
};

const lineOf = (name: string, { metricName = name, labels, value }: Sample): string => {
  const text = labelsText(labels);
  return `${metricName}${text === '' ? '' : `{${text}}`} ${numberText(value)}`;
};

/** `check="web",family="4"`, without the braces. */
export const labelsText = (labels: Labels): string => {
  let text = '';
  for (const label in labels) text += `${text === '' ? '' : ','}${label}="${escape(String(labels[label]))}"`;
  return text;
};

const escape = (text: string): string =>
  /[\\"\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : text;

export const numberText = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
};
