// What people do about alerts: take them, and mute them for a while.
import { subjectId } from '../effects.ts';
import type { Subject } from '../effects.ts';
import type { Instant } from '../time.ts';
import type { Alert, Silence } from './alert.ts';

export type Action =
  | { readonly kind: 'acknowledge'; readonly alert: string; readonly by: string; readonly note?: string }
  | {
      readonly kind: 'silence';
      readonly subject: Subject;
      readonly by: string;
      readonly reason: string;
      readonly until: Instant;
    }
  | { readonly kind: 'unsilence'; readonly silence: string };

/** Why nothing was done. */
export interface Refusal {
  readonly refused:
    | 'no such alert'
    | 'no such silence'
    | 'no name'
    | 'no reason'
    | 'too long'
    | 'an end that is past'
    | 'an end more than thirty days away'
    | 'too many silences';
}

const silenceMsMax = 30 * 86_400_000;
/** More than a whole configuration has subjects that anybody mutes at once. */
const silencesMax = 1_000;
const nameCharsMax = 80;
const noteCharsMax = 500;

interface Actable {
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
}

export const act = (action: Action, { alerts, silences }: Actable, now: Instant): Actable | Refusal => {
  switch (action.kind) {
    case 'acknowledge': {
      const { alert: id, note } = action;
      const [by, said] = [action.by.trim(), note?.trim() ?? ''];
      const known = alerts.find((alert) => alert.id === id && alert.endedAt === undefined);
      if (known === undefined) return { refused: 'no such alert' };
      if (by === '') return { refused: 'no name' };
      if (by.length > nameCharsMax || said.length > noteCharsMax) return { refused: 'too long' };
      const acknowledgement = { by, at: now, ...(said !== '' && { note: said }) };
      return {
        alerts: alerts.map((alert) => (alert === known ? { ...known, acknowledgement } : alert)),
        silences,
      };
    }
    case 'silence': {
      const { subject, until } = action;
      const [by, reason] = [action.by.trim(), action.reason.trim()];
      if (by === '') return { refused: 'no name' };
      if (reason === '') return { refused: 'no reason' };
      if (by.length > nameCharsMax || reason.length > noteCharsMax) return { refused: 'too long' };
      if (until <= now) return { refused: 'an end that is past' };
      if (until - now > silenceMsMax) return { refused: 'an end more than thirty days away' };
      if (silences.length >= silencesMax) return { refused: 'too many silences' };
      const silence: Silence = { id: `${subjectId(subject)}@${now}`, subject, by, reason, from: now, until };
      return { alerts, silences: [...silences.filter(({ id }) => id !== silence.id), silence] };
    }
    case 'unsilence': {
      const known = silences.find(({ id, endedAt }) => id === action.silence && endedAt === undefined);
      if (known === undefined) return { refused: 'no such silence' };
      return {
        alerts,
        silences: silences.map((silence) => (silence === known ? { ...known, endedAt: now } : silence)),
      };
    }
  }
};
