// What several tables have in common: findings and subjects as columns.
import type { SQLOutputValue } from 'node:sqlite';
import type { Cause } from '../../checks/lib/outcome.ts';
import type { Subject } from '../core/effects.ts';
import type { Finding, SlowTime } from '../core/result.ts';

export type Row = Record<string, SQLOutputValue>;

/** In the order of the columns cause, phase, evidence, slowness. */
export const findingColumns = (finding: Finding | undefined): (string | null)[] => [
  finding?.cause ?? null,
  finding?.phase ?? null,
  finding?.evidence ?? null,
  finding?.slowness === undefined ? null : JSON.stringify(finding.slowness),
];

export const findingOf = ({ cause, phase, evidence, slowness }: Row): Finding | undefined =>
  cause === null
    ? undefined
    : {
        cause: String(cause) as Cause,
        ...(phase !== null && { phase: String(phase) }),
        evidence: String(evidence),
        ...(slowness !== null && { slowness: JSON.parse(String(slowness)) as SlowTime }),
      };

export const subjectOf = ({ kind, subject }: Row): Subject => ({
  kind: String(kind) as Subject['kind'],
  id: String(subject),
});
