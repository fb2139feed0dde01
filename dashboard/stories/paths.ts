// Where the pages that tell are, after the language.
import { momentOf } from '../../config/locales/time.ts';

export const historyPath = '/history';
export const maintenancePath = '/maintenance';
export const reportPath = '/report';
/** « Est-ce mon site ? » */
export const sitePath = '/site';
export const incidentPath = (id: number): string => `/incidents/${id}`;
/** `month`: `2026-11`. */
export const monthPath = (month: string): string => `/history/${month}`;

/** Of the month that an instant is in. */
export const monthOfPath = (at: number, timezone: string): string =>
  monthPath(momentOf(at, at, timezone).month);
