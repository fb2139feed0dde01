// Whatever anybody has written, a page that tells has the elements of a page, and a message that is begun goes to one address.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PublishedStatus } from '../../../server/app/publish.ts';
import { anyText } from '../../support/arbitrary-text.ts';
import { runs } from '../../support/fuzz.ts';
import { named } from '../../support/published.ts';
import { serve } from '../../unit/http/serve.ts';

const traps = fc.constantFrom(
  '<',
  '>',
  '"',
  "'",
  '&',
  '&quot;',
  '-->',
  '<!--',
  '</title>',
  '\r\n',
  '\u202E',
  '%0D%0A',
  '?cc=a@b',
);
const texts = fc.array(fc.oneof(anyText, traps), { maxLength: 12 }).map((parts) => parts.join(''));
const paths = ['/fr/maintenance', '/en/report', '/fr/history', '/fr/incidents/2'] as const;

/** Everything that a browser would take for markup, without what is said in it. */
const markup = (page: string): readonly string[] =>
  [...page.replaceAll(/<!--.*?-->/gs, '').matchAll(/<\/?[a-z!][^>]*>/gi)].map(([tag]) =>
    tag.replaceAll(/"[^"]*"/g, '""'),
  );

test('no text adds an element or an attribute', async () => {
  const plain = named('x');
  const harmless = await Promise.all(paths.map(async (path) => markup(await page(path, plain))));
  await fc.assert(
    fc.asyncProperty(texts.map(named), async (status) => {
      for (const [at, path] of paths.entries())
        expect(markup(await page(path, status))).toEqual(harmless[at]);
    }),
    { numRuns: runs(40) },
  );
});

test('a message goes to whom it should, with a subject and a body', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const found = [...(await page('/fr/report', named(text))).matchAll(/href="mailto:([^"]*)"/g)];
      expect(found).toHaveLength(3);
      for (const [, address = ''] of found)
        expect(address).toMatch(/^help@example\.org\?subject=[\w.~%-]*&(?:amp;)?body=[\w.~%-]*$/);
    }),
    { numRuns: runs(40) },
  );
});

const page = async (path: string, status: PublishedStatus): Promise<string> =>
  (await serve(() => status).request(path)).text();
