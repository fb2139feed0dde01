// A message as people read it, in as many languages and letters as a receiver has room for.
import type { Language } from '../../config/config.ts';
import type { Message } from '../core/alerts/message.ts';

const exercise: Readonly<Record<Language, string>> = { fr: '[exercice] ', en: '[exercise] ' };

const betweenLanguages = '\n\n– – –\n\n';

/** The one line, in the first of the languages; a drill says so. */
export const titleIn = ([language = 'fr']: readonly Language[], message: Message): string =>
  `${message.exercise ? exercise[language] : ''}${message.title[language]}`;

/** All there is to say, title and text, in one language after the other. */
export const wholeText = (message: Message, languages: readonly Language[]): string =>
  languages
    .map((language) => `${titleIn([language], message)}\n${message.text[language]}`.trim())
    .join(betweenLanguages);

/** The same for who shows the title in the first language elsewhere. */
export const wholeBody = (message: Message, [first = 'fr', ...others]: readonly Language[]): string =>
  [message.text[first].trim(), ...(others.length > 0 ? [wholeText(message, others)] : [])].join(
    betweenLanguages,
  );

/** What fits into so many letters, in one language. */
export const shortText = (
  message: Message,
  language: Language,
  charsMax: number,
  separator = '\n',
): string => {
  const text = [titleIn([language], message), message.text[language]].join(separator).trim();
  const letters = Array.from(new Intl.Segmenter(language).segment(text), ({ segment }) => segment);
  return letters.length <= charsMax ? text : `${letters.slice(0, charsMax - 1).join('')}…`;
};

/** The same on one line. */
export const oneLine = (message: Message, language: Language, charsMax: number): string =>
  shortText(message, language, charsMax).replaceAll(/\s*\n\s*/g, ' ');
