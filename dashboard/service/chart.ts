// How fast a service answers, as smoke: drawn by the server, and the same as a table.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { chartWords } from '../../config/locales/chart.ts';
import { serviceWords } from '../../config/locales/service.ts';
import type { PublishedTimes, TimesWindow } from '../../server/app/published-times.ts';
import type { Words } from '../status/headline.ts';
import { shape } from '../status/shapes.ts';
import type { ServicePage } from './page.ts';
import { slotsOf, timeTicks } from './scale.ts';
import { frame, smokeOf } from './smoke.ts';
import type { Smoke } from './smoke.ts';
import { table } from './table.ts';

export const chart = (page: ServicePage, words: Words) => {
  const { times } = page;
  const said = serviceWords[words.language];
  const part = typeof times === 'string' ? undefined : times.part;
  return html`<section class="times">
    <h2>${said.timed[part ?? 'whole']}</h2>
    ${times === 'untimed' ? html`<p>${said.untimed}</p>` : windowsOf(page, words)}
    ${times === 'unavailable' ? html`<p>${said.unavailable}</p>` : nothing}
    ${typeof times === 'string' ? nothing : drawn(times, page, words)}
  </section>`;
};

const windowsOf = ({ service, window }: ServicePage, { language }: Words) => {
  const said = serviceWords[language];
  return html`<nav class="windows" aria-label=${said.window}>
    ${Object.entries(said.windows).map(
      ([name, text]) =>
        html`<a
          href="/${language}/services/${service.id}${name === '24h' ? '' : `/${name}`}"
          aria-current=${name === window ? 'page' : nothing}
          >${text}</a
        >`,
    )}
  </nav>`;
};

const drawn = (times: PublishedTimes, { status, service, window }: ServicePage, words: Words) => {
  const { language } = words;
  const said = serviceWords[language];
  const smoke = smokeOf(times);
  const { timezone } = status.organisation;
  const at = addressOf(service.id, window);
  const curve =
    smoke === undefined
      ? html`<p>${said.none}</p>`
      : [
          html`<p class="summary">${summaryOf(times, language)}</p>
            <smoke-chart src=${at} timezone=${timezone}>
              ${picture(smoke, times, timezone, words)}
            </smoke-chart>`,
          legend(smoke, times, words),
        ];
  return [
    curve,
    times.buckets.length > 0 ? table(times, timezone, words) : nothing,
    html`<p class="aside">${said.data} <a href="${at}/csv">CSV</a> · <a href=${at}>JSON</a></p>`,
  ];
};

const addressOf = (id: string, window: TimesWindow): string => `/api/v1/services/${id}/times/${window}`;

const summaryOf = ({ all }: PublishedTimes, language: Words['language']): string => {
  const [said, { latency, percent }] = [serviceWords[language], chartWords[language]];
  const [p10 = 0, , p50 = 0, , p90 = 0] = all.quantilesMs ?? [];
  const lost = all.lost > 0 ? said.lost(percent(all.lost)) : said.noneLost;
  return `${said.summary(latency(p50), latency(p10), latency(p90))} ${lost}`;
};

/** Of an inner picture that is stretched, and words around it that are not. */
const picture = (smoke: Smoke, times: PublishedTimes, timezone: string, words: Words) => {
  const { language } = words;
  return html`<svg class="smoke" role="img" aria-label=${summaryOf(times, language)}>
    <svg class="stretched" viewBox="0 0 ${smoke.width} ${frame}" preserveAspectRatio="none">
      ${smoke.marks.map(({ state, path }) => html`<path class="mark ${state}" d=${path}></path>`)}
      <path class="grid" d=${smoke.gridlines}></path>
      <path class="usual" d=${smoke.usual}></path>
      <path class="most" d=${smoke.most}></path>
      <path class="half" d=${smoke.half}></path>
      ${
        smoke.target === undefined
          ? nothing
          : html`<path class="target" d="M0 ${smoke.target}h${smoke.width}"></path>`
      }
      ${smoke.medians.map(({ loss, path }) => html`<path class="median loss-${loss}" d=${path}></path>`)}
    </svg>
    ${axes(smoke, times, timezone, language)}
  </svg>`;
};

const axes = (smoke: Smoke, times: PublishedTimes, timezone: string, language: Words['language']) => {
  const { latency } = chartWords[language];
  const { scale, target } = smoke;
  const ticks = timeTicks(times, timezone, language);
  const shapes = shapesOf(times).map(
    ({ state, share }) =>
      html`<use
        class="shape ${state}"
        href="#shape-${state}"
        x=${percent(share)}
        y="4"
        width="14"
        height="14"
      ></use>`,
  );
  const heights = scale.ticks.map(
    (ms) => html`<text class="time" x="-8" y=${percent(scale.share(ms))} dy=".35em">${latency(ms)}</text>`,
  );
  const instants = ticks.map(
    ({ share, text }, index) =>
      html`<text
        class="instant ${(ticks.length - index) % 2 === 0 ? 'minor' : ''} ${placeOf(share)}"
        x=${percent(share)}
        y="100%"
        dy="1.5em"
        >${text}</text
      >`,
  );
  const limit =
    target === undefined
      ? nothing
      : html`<text class="limit" x="100%" y=${percent(target / frame)} dx="-4" dy="-.4em">
          ${serviceWords[language].target(latency(times.targetMs ?? 0))}
        </text>`;
  return [shapes, heights, instants, limit];
};

/** They do not stand in each other’s way. */
const shapeShareMin = 0.04;

/** In the middle of what is shaded. */
const shapesOf = ({ marks, from, until, widthMs }: PublishedTimes) => {
  const wholeMs = slotsOf({ from, until, widthMs }) * widthMs;
  const shapes: { readonly state: string; readonly share: number }[] = [];
  for (const mark of marks) {
    const share = ((mark.from + mark.until) / 2 - from) / wholeMs;
    if (share - (shapes.at(-1)?.share ?? -1) > shapeShareMin) shapes.push({ state: mark.state, share });
  }
  return shapes;
};

/** What stands at the rim does not reach out of it. */
const placeOf = (share: number): string => (share < 0.03 ? 'first' : share > 0.97 ? 'last' : '');

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

const legend = (smoke: Smoke, times: PublishedTimes, { language }: Words) => {
  const [said, { mark, latency }] = [serviceWords[language], chartWords[language]];
  const { targetMs } = times;
  const isLossy = smoke.medians.some(({ loss }) => loss > 0);
  const keys: readonly (readonly [name: string, text: string])[] = [
    ['median loss-0', said.legend.median],
    ...(isLossy ? [['median loss-2', said.legend.lossy] as const] : []),
    ['half', said.legend.half],
    ['most', said.legend.most],
    ...(smoke.usual === '' ? [] : [['usual', said.legend.usual] as const]),
  ];
  return [
    html`<ul class="keys">
      ${keys.map(
        ([name, text]) =>
          html`<li>
            <svg class="smoke key" viewBox="0 0 24 12" aria-hidden="true">
              <path class=${name} d=${name.startsWith('median') ? 'M0 6h24' : 'M0 0h24v12h-24z'}></path>
            </svg>
            ${text}
          </li>`,
      )}
      ${smoke.marks.map(({ state }) => html`<li>${shape(state)} ${mark[state]}</li>`)}
    </ul>`,
    targetMs !== undefined && smoke.target === undefined
      ? html`<p class="aside">${said.beyond(latency(targetMs))}</p>`
      : nothing,
  ];
};
