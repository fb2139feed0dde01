// Text that people have written, made fit for where it goes. What is let in was looked through already; this is the second fence.
import { Buffer } from 'node:buffer';

/** Without letters that are no text, or that turn the direction of what stands around them; lines and tabs stay. */
export const inert = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/(?![\t\n])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu, '');

/** The same on one line, of so many letters as people count them at most. */
export const inertLine = (text: string, lettersMax: number): string => {
  const line = inert(text)
    .replaceAll(/[\t\n ]+/g, ' ')
    .trim();
  // Letters have few parts, where nobody piles them up to do harm.
  const head = line.slice(0, lettersMax * 16).toWellFormed();
  const letters = Array.from(segmenter.segment(head), ({ segment }) => segment);
  if (head === line && letters.length <= lettersMax) return line;
  return `${letters.slice(0, lettersMax - 1).join('')}…`;
};

const segmenter = new Intl.Segmenter();

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** As the content of an element, or as the value of an attribute, of XML 1.0. */
export const xml = (text: string): string =>
  inert(text).replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? '');

/** A value of the type TEXT (RFC 5545, 3.3.11). */
export const calendarText = (text: string): string =>
  inert(text)
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`);

const lineOctetsMax = 75;

/** One content line, folded where it is too long for one, between letters (RFC 5545, 3.1). With its line break. */
export const contentLine = (line: string): string => {
  const folded: string[] = [];
  let octets = 0;
  for (const letter of line) {
    const more = Buffer.byteLength(letter);
    if (octets + more > lineOctetsMax) {
      folded.push('\r\n ');
      octets = 1;
    }
    folded.push(letter);
    octets += more;
  }
  return `${folded.join('')}\r\n`;
};
