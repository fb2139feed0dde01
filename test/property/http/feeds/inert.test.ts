// What a reader of XML or of a calendar gets is the text that was written, and never a line or a tag more.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarText, contentLine, inert, xml } from '../../../../server/http/feeds/inert.ts';
import { anyText } from '../../../support/arbitrary-text.ts';

const traps = fc.constantFrom(
  '<',
  '>',
  '&amp;',
  '"',
  "'",
  ']]>',
  '\\',
  '\\n',
  ';',
  ',',
  '\r',
  '\n',
  '\r\n ',
  '\u202E',
  '🦉',
);
const texts = fc.array(fc.oneof(anyText, traps), { maxLength: 30 }).map((parts) => parts.join(''));

test('a text comes back from XML as it was, and holds no markup there', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const written = xml(text);
      expect(written).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|apos);)/);
      const read = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' } as Record<
        string,
        string
      >;
      expect(written.replaceAll(/&\w+;/g, (entity) => read[entity] ?? '')).toBe(inert(text));
    }),
  );
});

test('a text comes back from a calendar as it was, out of lines of 75 octets at most', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const written = contentLine(`SUMMARY:${calendarText(text)}`);
      expect(written.endsWith('\r\n')).toBe(true);
      const lines = written.slice(0, -2).split('\r\n');
      for (const [at, line] of lines.entries()) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.isWellFormed()).toBe(true);
        if (at > 0) expect(line[0]).toBe(' ');
      }
      const read = written.slice(0, -2).replaceAll('\r\n ', '').slice('SUMMARY:'.length);
      expect(read.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))).toBe(
        inert(text),
      );
    }),
  );
});
