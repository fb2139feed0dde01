// A message as people read it, in as many languages and letters as a receiver has room for.
import type { Language } from '../../../config/config.ts';
import type { Message } from '../../core/alerts/message.ts';

const exercise: Readonly<Record<Language, string>> = { fr: '[exercice] ', en: '[exercise] ' };

/** The one line, in the first of the languages; a drill says so. */
export const titleIn = ([language = 'fr']: readonly Language[], message: Message): string =>
  `${message.exercise ? exercise[language] : ''}${message.title[language]}`;

/** A text that begins as the title does needs none before it. */
const textIn = (language: Language, message: Message, separator = '\n'): string => {
  const [title, text] = [message.title[language], message.text[language].trim()];
  const whole = text.startsWith(title) ? text : `${title}${separator}${text}`.trim();
  return `${message.exercise ? exercise[language] : ''}${whole}`;
};

/** All there is to say, in one language after the other. */
export const wholeText = (message: Message, languages: readonly Language[]): string =>
  languages.map((language) => textIn(language, message)).join('\n\n– – –\n\n');

/** What fits into so many letters, in one language. */
export const shortText = (
  message: Message,
  language: Language,
  charsMax: number,
  separator = '\n',
): string => {
  const text = textIn(language, message, separator);
  const letters = Array.from(new Intl.Segmenter(language).segment(text), ({ segment }) => segment);
  return letters.length <= charsMax ? text : `${letters.slice(0, charsMax - 1).join('')}…`;
};

/** The same on one line. */
export const oneLine = (message: Message, language: Language, charsMax: number): string =>
  shortText(message, language, charsMax).replaceAll(/\s*\n\s*/g, ' ');
