import { html, renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import { expect, test } from 'vitest';
import { prose } from '../../../dashboard/prose.ts';

/** As a browser gets it, without what Lit leaves for itself. */
const htmlOf = (text: string): string =>
  collectResultSync(renderThunked(html`${prose(text)}`)).replaceAll(/<!--.*?-->|<\?>|(?<=>)\n *(?=<)/gs, '');

test.for([
  ['Nous cherchons.', '<p>Nous cherchons.</p>'],
  ['Un.\n\nDeux.', '<p>Un.</p><p>Deux.</p>'],
  ['Un\nmot.', '<p>Un mot.</p>'],
  ['Un  \nmot.', '<p>Un<br />mot.</p>'],
  ['*a* **b** `c`', '<p><em>a</em> <strong>b</strong> <code>c</code></p>'],
  ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
  ['1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
  ['- a\n\n- b', '<ul><li><p>a</p></li><li><p>b</p></li></ul>'],
  ['\\*a\\*', '<p>*a*</p>'],
  [
    '[a *b*](https://example.org/?x=1&y="2")',
    '<p><a href="https://example.org/?x=1&amp;y=%222%22" rel="noopener nofollow">a <em>b</em></a></p>',
  ],
  ['a < b & c', '<p>a &lt; b &amp; c</p>'],
] as const)('%j is shown as %s', ([text, expected]) => {
  expect(htmlOf(text)).toBe(expected);
});

/** The elements and attributes that a page may show of what people write. */
const known =
  /^(?:<\/?(?:p|ul|ol|li|strong|em|code)>|<br \/>|<\/a>|<a href="https?:\/\/[^"<>]*" rel="noopener nofollow">)$/;

test.for([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[a](javascript:alert(1))',
  '[a](JaVaScRiPt:alert(1))',
  '[a](data:text/html,x)',
  '[a](//example.org)',
  '[a](/heartbeat/x)',
  '[a](mailto:x@example.org)',
  '[a](https://example.org" onclick="alert(1))',
  '[a](<https://example.org"onclick=alert(1)>)',
  '![a](https://example.org/x.png)',
  '<https://example.org>',
  '# a',
  '> a',
  '---',
  '| a |\n|---|\n| b |',
  '&lt;script&gt;',
  '[a]: https://example.org "x"\n\n[a]',
  '```\n<script>\n```',
  '`<b>`',
  '<!-- a --> <![CDATA[ b ]]> <?php ?>',
])('nothing else than text, paragraphs, lists, emphasis, code and links comes of %j', (text) => {
  for (const [tag] of htmlOf(text).matchAll(/<[^>]*>?/g)) expect(tag).toMatch(known);
});

test.for(['*', '[[', '- ', '**a', '`', '[a](', '1. '])('%j may be said a thousand times', (text) => {
  for (const [tag] of htmlOf(text.repeat(1_000)).matchAll(/<[^>]*>?/g)) expect(tag).toMatch(known);
});
