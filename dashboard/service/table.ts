// The measurements of a chart as a table, newest first: the same, for who cannot see it, or wants the numbers.
import { html } from '@lit-labs/ssr';
import { chartWords } from '../../config/locales/chart.ts';
import { serviceWords } from '../../config/locales/service.ts';
import type { PublishedTimes } from '../../server/app/published-times.ts';
import type { Words } from '../status/headline.ts';

export const table = (times: PublishedTimes, timezone: string, { language }: Words) => {
  const { table, columns } = serviceWords[language];
  const isMarked = times.marks.length > 0;
  const isLossy = times.buckets.some(({ lost }) => lost > 0);
  const heads = [columns.when, columns.median, columns.half, columns.most];
  const row = rowOf(times, timezone, language, { isLossy, isMarked });
  return html`<details id="table">
    <summary>${table}</summary>
    <div class="measured" role="region" aria-label=${table} tabindex="0">
      <table>
        <thead>
          <tr>
            ${[...heads, ...(isLossy ? [columns.lost] : []), ...(isMarked ? [columns.mark] : [])].map(
              (text) => html`<th scope="col">${text}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${times.buckets.toReversed().map(row)}
        </tbody>
      </table>
    </div>
  </details>`;
};

/** Columns in which nothing would stand are left out. */
const rowOf =
  (
    { widthMs, marks }: PublishedTimes,
    timezone: string,
    language: Words['language'],
    { isLossy, isMarked }: { readonly isLossy: boolean; readonly isMarked: boolean },
  ) =>
  ({ at, lost, quantilesMs }: PublishedTimes['buckets'][number]) => {
    const { instant, latency, percent, mark } = chartWords[language];
    const { from } = serviceWords[language];
    const [p10 = 0, p25 = 0, p50 = 0, p75 = 0, p90 = 0] = (quantilesMs ?? []).map(latency);
    const cells =
      quantilesMs === undefined ? ['–', '–', '–'] : [p50, from(`${p25}`, `${p75}`), from(`${p10}`, `${p90}`)];
    const state = marks.find((one) => one.from <= at && at < one.until)?.state;
    const more = [
      ...(isLossy ? [lost > 0 ? percent(lost) : ''] : []),
      ...(isMarked ? [state === undefined ? '' : mark[state]] : []),
    ];
    return html`<tr>
      <th scope="row">${instant(at, timezone, widthMs)}</th>
      ${[...cells, ...more].map((text) => html`<td>${text}</td>`)}
    </tr>`;
  };
