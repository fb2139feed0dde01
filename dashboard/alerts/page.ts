// The page of the administrators until they have a console: what is wrong, who was told, who has it, and what readers are told.
// It is complete without JavaScript; `main.ts` keeps it fresh while it is open.
import { html } from '@lit-labs/ssr';
import type { Language } from '../../config/config.ts';
import { boardWords } from '../../config/locales/board.ts';
import { locales } from '../../config/locales/index.ts';
import type { Board } from '../../server/app/board.ts';
import type { AssetLinks } from '../../server/http/assets.ts';
import { shape, sprite } from '../status/shapes.ts';
import { alertList, maintenanceList, silenceList } from './alert.ts';
import type { Reading } from './alert.ts';
import { incidentList } from './incident.ts';

export interface AlertsPage {
  readonly board: Board;
  readonly language: Language;
  readonly links: AssetLinks;
}

export const alertsPage = ({ board, language, links }: AlertsPage) => {
  const { organisation, generatedAt } = board;
  const words = boardWords[language];
  const reading: Reading = { board, language, messages: locales[language], words };
  const { name, timezone } = organisation;
  return html`<!doctype html>
    <html lang=${language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${titleOf(board, language)}</title>
        <meta name="color-scheme" content="light dark" />
        <noscript><meta http-equiv="refresh" content="30" /></noscript>
        <link rel="stylesheet" href=${links.style} />
        <link rel="icon" href=${links.icon} type="image/svg+xml" />
        <script type="module" src=${links.alerts}></script>
      </head>
      <body>
        ${sprite}
        <header>
          <p><strong>${name}</strong> · ${words.title}</p>
        </header>
        <main>
          <div data-part="lead" aria-live="polite">
            <h1>${shape(worstOf(board))} ${words.alerts(board.alerts.length)}</h1>
          </div>
          <live-board>
            <p>${words.measuredAt(locales[language].time.since(generatedAt, generatedAt, timezone))}</p>
          </live-board>
          <div data-part="alerts">${alertList(board.alerts, reading)}</div>
          <div data-part="muted">${silenceList(reading)} ${maintenanceList(reading)}</div>
          <div data-part="incidents">${incidentList(reading)}</div>
        </main>
      </body>
    </html>`;
};

const titleOf = ({ alerts, organisation }: Board, language: Language): string =>
  locales[language].title(boardWords[language].alerts(alerts.length), organisation.name);

const worstOf = ({ alerts }: Board) => {
  if (alerts.length === 0) return 'up';
  return alerts.some(({ state }) => state === 'down') ? 'down' : 'degraded';
};
