// What several tables have in common: findings and subjects as columns.
import type { SQLOutputValue } from 'node:sqlite';
import type { Cause } from '../../checks/lib/outcome.ts';
import type { Subject } from '../core/effects.ts';
import type { Finding } from '../core/result.ts';

export type Row = Record<string, SQLOutputValue>;

/** In the order of the columns cause, phase, evidence. */
export const findingColumns = (
  finding: Finding | undefined,
): [string | null, string | null, string | null] => [
  finding?.cause ?? null,
  finding?.phase ?? null,
  finding?.evidence ?? null,
];

export const findingOf = ({ cause, phase, evidence }: Row): Finding | undefined =>
  cause === null
    ? undefined
    : {
        cause: String(cause) as Cause,
        ...(phase !== null && { phase: String(phase) }),
        evidence: String(evidence),
      };

export const subjectOf = ({ kind, subject }: Row): Subject => ({
  kind: String(kind) as Subject['kind'],
  id: String(subject),
});
