import { expect, test } from 'vitest';
import { calendarText, contentLine, inert, inertLine, xml } from '../../../../server/http/feeds/inert.ts';

test.for([
  ['a\tb\nc', 'a\tb\nc'],
  ['a\r\nb\rc', 'a\nb\nc'],
  ['\u0000a\u001B[31m\u009B', 'a[31m'],
  ['\u202Egnp.exe\u202C\u200F\u2066\uFEFF', 'gnp.exe'],
  ['\uD83Da', '\uFFFDa'],
  ['👩\u200D👩\u200D👧 é', '👩\u200D👩\u200D👧 é'],
] as const)('%j is inert as %j', ([text, expected]) => {
  expect(inert(text)).toBe(expected);
});

test('what is too long for a line ends between two letters', () => {
  expect(inertLine('abcd', 4)).toBe('abcd');
  expect(inertLine('abcde', 4)).toBe('abc…');
  expect(inertLine('👩\u200D👩\u200D👧'.repeat(3), 2)).toBe('👩\u200D👩\u200D👧…');
  expect(inertLine(' a \n b\u00a0: ', 9)).toBe('a b\u00a0:');
  expect(inertLine('e' + '\u0301'.repeat(10_000), 4).length).toBeLessThan(70);
});

test('what means something to XML means nothing in a text', () => {
  expect(xml(`]]><a b="c" d='e'>&amp;`)).toBe(']]&gt;&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;amp;');
});

test('what means something to a calendar means nothing in a text', () => {
  expect(calendarText('a;b,c\\n\r\nEND:VEVENT')).toBe(String.raw`a\;b\,c\\n\nEND:VEVENT`);
});

test('a line of 75 octets is not folded, and a letter is never cut', () => {
  expect(contentLine('x'.repeat(75))).toBe(`${'x'.repeat(75)}\r\n`);
  expect(contentLine('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x\r\n`);
  expect(contentLine(`${'x'.repeat(74)}é`)).toBe(`${'x'.repeat(74)}\r\n é\r\n`);
  expect(contentLine('x'.repeat(150))).toBe(`${'x'.repeat(75)}\r\n ${'x'.repeat(74)}\r\n x\r\n`);
});
