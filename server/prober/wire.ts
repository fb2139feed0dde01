// What goes over the port between the main thread and the prober's. Secrets are the only thing in a configuration that
// a structured clone would lose.
import { Secret } from '../../config/secret.ts';
import type { Depth, Explanation } from '../../checks/lib/explain/bundle.ts';
import type { CheckConfig } from '../../config/config.ts';
import type { SchedulerCounts } from '../app/ports.ts';
import type { Condition } from '../core/fitness.ts';
import type { Report } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';

export type ToProber =
  | { readonly kind: 'assign'; readonly checks: readonly WireCheck[]; readonly resolvers: readonly string[] }
  | { readonly kind: 'recheck'; readonly series: SeriesKey; readonly afterMs: number }
  | { readonly kind: 'explain'; readonly id: number; readonly check: string; readonly depth: Depth }
  | { readonly kind: 'drain'; readonly msMax: number };

export type FromProber =
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
  | { readonly kind: 'counts'; readonly counts: SchedulerCounts }
  | { readonly kind: 'condition'; readonly condition: Condition }
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly event: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'explained'; readonly id: number; readonly explanation: Explanation | undefined }
  | { readonly kind: 'drained' };

declare const sealed: unique symbol;
/** A check whose secrets are exposed, for the way between two threads of one process and for nothing else. */
export type WireCheck = { readonly [sealed]: never };

/** What no YAML becomes: an object that an operator wrote must not be taken for a secret, whatever its keys. */
type Exposed = Set<string>;

export const toWire = (check: CheckConfig): WireCheck => replace(check, expose) as WireCheck;
export const fromWire = (check: WireCheck): CheckConfig => replace(check, hide) as CheckConfig;

const replace = (value: unknown, leaf: (value: object) => unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const replaced = leaf(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => replace(item, leaf));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, leaf)]));
};

const expose = (value: object): Exposed | undefined =>
  value instanceof Secret ? new Set([value.expose()]) : undefined;
const hide = (value: object): Secret | undefined =>
  value instanceof Set ? new Secret([...(value as Exposed)].join('')) : undefined;
