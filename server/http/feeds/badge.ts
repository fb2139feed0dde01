// The state of a service in two words, as a small picture for the sites of others, and as shields.io asks for it.
import type { Language } from '../../../config/config.ts';
import { locales } from '../../../config/locales/index.ts';
import { troubleOf } from '../../../dashboard/status/trouble.ts';
import type { PublishedService } from '../../app/publish.ts';
import { colours } from './colours.ts';
import { inertLine, xml } from './inert.ts';

const lettersMax = 60;

const told = (service: PublishedService, language: Language) => {
  const state = troubleOf(service) ?? 'up';
  return {
    label: inertLine(service.name[language], lettersMax),
    message: locales[language].state[state],
    color: colours[state],
  };
};

/** https://shields.io/badges/endpoint-badge */
export const shieldOf = (service: PublishedService, language: Language): object => ({
  schemaVersion: 1,
  ...told(service, language),
});

const heightPx = 20;
const paddingPx = 8;

/** Without a style, which a content security policy could refuse; letters are spaced to fit, whatever font there is. */
export const badgeOf = (service: PublishedService, language: Language): string => {
  const { label, message, color } = told(service, language);
  const [labelPx, messagePx] = [widthPxOf(label), widthPxOf(message)];
  const leftPx = labelPx + 2 * paddingPx;
  const wholePx = leftPx + messagePx + 2 * paddingPx;
  const title = xml(locales[language].outages.title(label, message));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wholePx}" height="${heightPx}" viewBox="0 0 ${wholePx} ${heightPx}" role="img" aria-label="${title}" xml:lang="${language}">
<title>${title}</title>
<rect width="${wholePx}" height="${heightPx}" rx="3" fill="#${color}"/>
<path d="M3 0H${leftPx}V${heightPx}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#3d4148"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
${textOf(label, paddingPx, labelPx)}
${textOf(message, leftPx + paddingPx, messagePx)}
</g>
</svg>
`;
};

const textOf = (text: string, xPx: number, widthPx: number): string =>
  `<text x="${xPx}" y="14" textLength="${widthPx}" lengthAdjust="spacingAndGlyphs">${xml(text)}</text>`;

/** About what it takes in Verdana; ideographs and pictures take twice as much. */
const widthPxOf = (text: string): number =>
  Array.from(text, (letter) => ((letter.codePointAt(0) ?? 0) >= 0x1100 ? 12 : 6.7)).reduce(
    (sum, px) => Math.ceil(sum + px),
    0,
  );
