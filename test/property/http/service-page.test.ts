// Whatever a service, its group or an incident is called: it is text on the page of the service, and nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { servicePage } from '../../../dashboard/service/page.ts';
import { printed } from '../../../server/http/render.ts';
import { runs } from '../../support/fuzz.ts';
import { anyText } from '../../support/arbitrary-text.ts';
import { publishedTimesAt } from '../../support/published-times.ts';
import { eventful } from '../../unit/http/network.ts';
import { assets } from '../../unit/http/serve.ts';

const status = eventful().publish();
const [databases, mail] = status.services;

const pageOf = (text: string, other: string): string => {
  const both = { fr: text, en: text };
  const service = { ...databases!, name: both, description: both, group: { fr: other, en: other } };
  const needed = { ...mail!, name: both, dependsOn: [service.id] };
  return printed(
    servicePage({
      status: {
        ...status,
        services: [service, needed],
        organisation: { ...status.organisation, name: other },
      },
      service,
      language: 'fr',
      links: assets.links,
      window: '24h',
      times: { ...publishedTimesAt(status.generatedAt), buckets: [] },
      history: undefined,
    }),
  );
};

const marks = (page: string): readonly number[] => ['<', '>', '"'].map((mark) => page.split(mark).length);

const traps = fc.constantFrom(
  '"><svg onload=alert(1)>',
  '</title><script>',
  "' onfocus='x",
  ']]>',
  '{{7*7}}',
  '<!--',
  '<?>',
  '\u202E',
  'x'.repeat(10_000),
);
const texts = fc.oneof(
  traps,
  anyText,
  fc.array(fc.oneof(anyText, traps), { maxLength: 4 }).map((all) => all.join('')),
);

test('names are text, and no more tag or attribute than without them', () => {
  const harmless = marks(pageOf('a', 'b'));
  fc.assert(
    fc.property(texts, texts, (text, other) => {
      expect(marks(pageOf(text, other))).toEqual(harmless);
    }),
    { numRuns: runs(50) },
  );
});
