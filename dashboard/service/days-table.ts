// Each of the ninety days in words, newest first: what the bars say, for who cannot see them or reads without pictures.
import { html } from '@lit-labs/ssr';
import { serviceWords } from '../../config/locales/service.ts';
import { storyWords } from '../../config/locales/stories.ts';
import type { PublishedDays } from '../../server/app/published-days.ts';
import type { Words } from '../status/headline.ts';

const dayMs = 86_400_000;

export const daysTable = (days: PublishedDays, words: Words) => {
  const { figures, columns } = serviceWords[words.language];
  const rows = days.upMs.map((_, index) => rowOf(days, index, words)).toReversed();
  return html`<details id="days-table">
    <summary>${figures.table}</summary>
    <div class="measured" role="region" aria-label=${figures.table} tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">${columns.when}</th>
            <th scope="col">${columns.mark}</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
};

const rowOf = (days: PublishedDays, index: number, words: Words) => {
  const at = Date.parse(days.first) + index * dayMs;
  return html`<tr>
    <th scope="row">${storyWords[words.language].month.days(at, at, 'UTC')}</th>
    <td>${saidOf(days, index, words)}</td>
  </tr>`;
};

/** A day of which something is known was well but for what is said of it. */
const saidOf = (days: PublishedDays, index: number, { messages }: Words): string => {
  const wrong = (['down', 'degraded'] as const).flatMap((kind) => {
    const ms = days[`${kind}Ms`][index] ?? 0;
    return ms > 0 ? [messages.days.was[kind](messages.time.duration(ms))] : [];
  });
  if (wrong.length > 0) return wrong.join(', ');
  if ((days.maintenanceMs[index] ?? 0) > 0) return messages.state.maintenance;
  return (days.upMs[index] ?? 0) > 0 ? messages.state.up : messages.state.unknown;
};
