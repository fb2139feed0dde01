// Ninety days of a service at a glance: a bar a day, and the worse a day was, the taller it stands out.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedDays } from '../../server/app/published-days.ts';
import type { Words } from './headline.ts';

const kinds = ['up', 'unknown', 'maintenance', 'degraded', 'down'] as const;
type Kind = (typeof kinds)[number];

/** Units of the drawing: a day takes three, its bar two. */
const [pitch, width, height] = [3, 2, 24];
const tall: Readonly<Record<Kind, number>> = { up: 8, unknown: 8, maintenance: 11, degraded: 15, down: 18 };

/** A short interruption must be seen, and a long one must look longer. */
const heightOf = (kind: Kind, downMs: number): number =>
  kind === 'down' ? tall.down + Math.min(6, Math.round(downMs / 1_200_000)) : tall[kind];

export const dayBars = (days: PublishedDays, words: Words) =>
  html`<div class="days">
    ${drawnDays(days, words)}
    <p>
      ${days.availability === undefined ? words.messages.days.notSeen : percentage(days.availability, words.language)}
    </p>
  </div>`;

export const drawnDays = (days: PublishedDays, { messages }: Words) => {
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
