// Ninety days of a service at a glance: a bar a day, and the worse a day was, the taller it stands out. They open the list of
// the days on which something was wrong, and each of these leads to what was wrong.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { storyWords } from '../../config/locales/stories.ts';
import type { PublishedDays } from '../../server/app/published-days.ts';
import type { PublishedService } from '../../server/app/publish.ts';
import { monthPath } from '../stories/paths.ts';
import type { Words } from './headline.ts';

const kinds = ['up', 'unknown', 'maintenance', 'degraded', 'down'] as const;
type Kind = (typeof kinds)[number];

/** Units of the drawing: a day takes three, its bar two. */
const [pitch, width, height] = [3, 2, 24];
const tall: Readonly<Record<Kind, number>> = { up: 8, unknown: 8, maintenance: 11, degraded: 15, down: 18 };
/** Of the days that are listed: older ones are in the history. */
const listedMax = 15;
const dayMs = 86_400_000;

/** A short interruption must be seen, and a long one must look longer. */
const heightOf = (kind: Kind, downMs: number): number =>
  kind === 'down' ? tall.down + Math.min(6, Math.round(downMs / 1_200_000)) : tall[kind];

export const dayBars = ({ id, days }: Pick<PublishedService, 'id' | 'days'>, words: Words) => {
  const wrong = wrongDays(days).slice(0, listedMax);
  const { availability } = days;
  const share = html`<span
    >${availability === undefined ? words.messages.days.notSeen : percentage(availability, words.language)}</span
  >`;
  return wrong.length === 0
    ? html`<div class="days">${drawnDays(days, words)} ${share}</div>`
    : html`<day-bars of=${id} first=${days.first}
        ><details class="days" id="${id}:days">
          <summary>${drawnDays(days, words)} ${share}</summary>
          <ul>
            ${wrong.map((index) => wrongDay(days, index, words))}
          </ul>
        </details></day-bars
      >`;
};

const drawnDays = (days: PublishedDays, { messages }: Words) => {
  const told = days.upMs.map((_, index) => kindOf(days, index));
  const words = messages.days;
  const count = (kind: Kind) => told.filter((one) => one === kind).length;
  return html`<svg
    viewBox="0 0 ${told.length * pitch - 1} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${words.summary(told.length, { down: count('down'), degraded: count('degraded') })}
  >
    ${kinds.map((kind) => {
      const path = told.flatMap((one, index) =>
        one === kind ? [barAt(index, heightOf(kind, days.downMs[index] ?? 0))] : [],
      );
      return path.length > 0 ? html`<path class=${kind} d=${path.join('')}></path>` : nothing;
    })}
  </svg>`;
};

const barAt = (index: number, tall: number): string =>
  `M${index * pitch} ${height}v${-tall}h${width}v${tall}z`;

/** Newest first. */
const wrongDays = (days: PublishedDays): readonly number[] =>
  days.upMs
    .flatMap((_, index) => (['down', 'degraded'].includes(kindOf(days, index)) ? [index] : []))
    .toReversed();

const wrongDay = (days: PublishedDays, index: number, { language, messages }: Words) => {
  const { month } = storyWords[language];
  const at = Date.parse(days.first) + index * dayMs;
  const date = new Date(at).toISOString().slice(0, 10);
  const said = (['down', 'degraded'] as const).flatMap((kind) => {
    const ms = days[`${kind}Ms`][index] ?? 0;
    return ms > 0 ? [messages.days.was[kind](messages.time.duration(ms))] : [];
  });
  return html`<li>
    <a href="/${language}${monthPath(date.slice(0, 7))}#${date}">${month.days(at, at, 'UTC')}</a>
    ${said.join(', ')}
  </li>`;
};

/** The worst that can be said of a day, if only of a moment of it; that nothing is known, only if nothing is. */
const kindOf = (days: PublishedDays, index: number): Kind => {
  const [down = 0, degraded = 0, up = 0, maintenance = 0] = [
    days.downMs[index],
    days.degradedMs[index],
    days.upMs[index],
    days.maintenanceMs[index],
  ];
  if (down > 0) return 'down';
  if (degraded > 0) return 'degraded';
  if (maintenance > 0) return 'maintenance';
  return up > 0 ? 'up' : 'unknown';
};

// Rounded down: with an outage it is never 100 %.
export const percentage = (share: number, language: 'fr' | 'en'): string =>
  new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'percent',
    maximumFractionDigits: 2,
    roundingMode: 'floor',
  }).format(share);
