// The first sentence of the page, as a picture for previews of a link to it.
import type { Language } from '../../../config/config.ts';
import { locales } from '../../../config/locales/index.ts';
import { sentences } from '../../../dashboard/status/headline.ts';
import { worstOf } from '../../../dashboard/status/trouble.ts';
import type { PublishedStatus } from '../../app/publish.ts';
import { colours } from './colours.ts';
import { inertLine, xml } from './inert.ts';

const lettersMax = 110;
const nameLettersMax = 60;
const lineLettersMax = 30;
const linePx = 88;

export const pictureOf = (status: PublishedStatus, language: Language): string => {
  const messages = locales[language];
  const [sentence] = sentences(status, { language, messages });
  const headline = inertLine(sentence, lettersMax);
  const name = xml(inertLine(status.organisation.name, nameLettersMax));
  const lines = linesOf(headline).map(
    (line, at) =>
      `<text x="110" y="${270 + at * linePx}" font-size="68" font-weight="700" fill="#1d2330">${xml(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630" role="img" aria-label="${xml(headline)}" xml:lang="${language}">
<title>${xml(headline)}</title>
<rect width="1200" height="630" fill="#faf9f6"/>
<rect width="40" height="630" fill="#${colours[worstOf(status)]}"/>
<g font-family="Noto Sans,DejaVu Sans,sans-serif">
<text x="110" y="130" font-size="40" fill="#5b616c">${name} · ${xml(messages.tagline)}</text>
${lines.join('\n')}
</g>
</svg>
`;
};

/** Broken between words; a word that is too long for a line has one of its own. */
const linesOf = (text: string): readonly string[] =>
  text.split(' ').reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1);
    return last !== undefined && last.length + word.length < lineLettersMax
      ? [...lines.slice(0, -1), `${last} ${word}`]
      : [...lines, word];
  }, []);
