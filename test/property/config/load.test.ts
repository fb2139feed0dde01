import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { loadConfig } from '../../../config/load.ts';
import type { Loaded } from '../../../config/load.ts';
import { problemsMax, renderProblems } from '../../../config/problems.ts';
import { anyText } from '../../support/arbitrary-text.ts';
import { problemsOf } from '../../support/configuration.ts';
import { exampleFiles, examplePath, exampleRequest } from '../../support/example.ts';
import { runs } from '../../support/fuzz.ts';

const example = readFileSync(examplePath, 'utf8');
const load = (text: string): Loaded => loadConfig(exampleRequest(exampleFiles(text)));

/** What holds of every answer, whatever was loaded. */
const holds = (loaded: Loaded, text: string): void => {
  const lines = renderProblems(loaded.problems ?? []);
  expect(loaded.config === undefined).toBe(lines.length > 0);
  for (const line of lines.slice(0, problemsMax))
    expect(line).toMatch(/^vigie\.yaml:\d+:\d+[^\p{Cc}]*: found .+, expected .+$/u);
  const linesOfText = text.split(/\r\n|\r|\n/).length;
  for (const { line } of loaded.problems ?? []) expect(line).toBeLessThanOrEqual(linesOfText);
  expect(`${lines.join('\n')}${JSON.stringify(loaded)}${inspect(loaded, { depth: 20 })}`).not.toContain(
    'canary',
  );
};

const hostile = fc.oneof(
  fc.constantFrom(
    '&a [*a,*a]',
    '*a',
    '<<: {',
    '!!binary aGk=',
    '__proto__:',
    'constructor:',
    '.nan',
    '.inf',
    '-0',
    '~',
  ),
  fc.constantFrom(
    '\t',
    '\n',
    '---\n',
    '%YAML 1.1\n',
    '\0',
    '\uFEFF',
    '\u202E',
    '{',
    '[',
    '"',
    "'",
    '|',
    '>',
    '- ',
    ': ',
    '#',
  ),
  fc.constantFrom(
    '2026-01-01',
    '0x7fffffff',
    '1e999',
    '9'.repeat(400),
    'x'.repeat(200_000),
    '['.repeat(5_000),
  ),
  anyText,
);

test('a text is a configuration or a list of problems, whatever was cut out of it and put into it', () => {
  const cut = fc.record({ at: fc.nat(example.length), length: fc.nat(40), put: hostile });
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
      const text = cuts.reduce(
        (text, { at, length, put }) => text.slice(0, at) + put + text.slice(at + length),
        example,
      );
      holds(load(text), text);
    }),
    { numRuns: runs(25) },
  );
});

test('a text is a configuration or a list of problems, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 30 }), (pieces) =>
      holds(load(pieces.join('')), pieces.join('')),
    ),
    { numRuns: runs(100) },
  );
});

interface Part {
  readonly document: Document;
  /** The paths of all that is written in it, for a change that leaves it YAML. */
  readonly paths: readonly (readonly (string | number)[])[];
}

const pathsIn = (document: Document): (string | number)[][] => {
  const found: (string | number)[][] = [];
  const walk = (node: unknown, path: (string | number)[]): void => {
    if (path.length > 0) found.push(path);
    if (isMap(node))
      for (const { key, value } of node.items) if (isScalar(key)) walk(value, [...path, String(key.value)]);
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
  };
  walk(document.contents, []);
  return found;
};

/** The example with one of its services only: as good a configuration, and read in a tenth of the time. */
const parts = (() => {
  const whole = parseDocument(example);
  const services = whole.get('services') as YAMLSeq<YAMLMap>;
  return services.items.map((_, kept): Part => {
    const document: Document = whole.clone();
    const list = document.get('services') as YAMLSeq<YAMLMap>;
    list.items = list.items.slice(kept, kept + 1);
    const others = services.items.filter((_, index) => index !== kept);
    const gone = others.flatMap((service) => [
      service.get('id'),
      ...(service.get('checks') as YAMLSeq<YAMLMap>).items.map((check) => check.get('id')),
    ]);
    const isGone = (item: unknown) => isScalar(item) && gone.includes(item.value);
    const isAllGone = (list: unknown) => isSeq(list) && list.items.length > 0 && list.items.every(isGone);
    visit(document, {
      Map: (place, map) =>
        typeof place === 'number' && isAllGone(map.get('services')) ? visit.REMOVE : undefined,
      Pair: (_, { value }) => (isAllGone(value) ? visit.REMOVE : undefined),
      Scalar: (place, scalar) => (typeof place === 'number' && isGone(scalar) ? visit.REMOVE : undefined),
    });
    expect(load(document.toString()).problems).toBeUndefined();
    return { document, paths: pathsIn(document) };
  });
})();

/** One of the paths of one of the parts; what they have in common is there once. */
const somewhere = (isWanted: (path: Part['paths'][number]) => boolean = () => true) =>
  fc.constantFrom(
    ...parts.flatMap(({ document, paths }, index) =>
      paths
        .filter((path) => isWanted(path) && (path[0] === 'services' || index === 0))
        .map((path) => ({ document, path })),
    ),
  );

const changed = (original: Document, change: (document: Document) => void): [Loaded, string] => {
  const document: Document = original.clone();
  change(document);
  const text = document.toString({ lineWidth: 0 });
  return [load(text), text];
};

test('another value anywhere is a problem there or around it, or makes a configuration', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(
      Number.NaN,
      Infinity,
      -1,
      0,
      1.5,
      '',
      ' ',
      '\u0000',
      '1s',
      '0s',
      '-1s',
      { env: 'NOPE' },
      { file: '/nope' },
    ),
  );
  fc.assert(
    fc.property(somewhere(), value, ({ document, path }, value) => {
      const [loaded, text] = changed(document, (document) => document.setIn(path, value));
      holds(loaded, text);
    }),
    { numRuns: runs(100) },
  );
});

test('a key that is misspelt is told with the right one', () => {
  const keys = somewhere((path) => {
    const key = path.at(-1);
    if (typeof key !== 'string' || key.length < 4) return false;
    // Nothing is known of a check without its type, nor of what is no reference to a secret; below "labels" a key is
    // whatever one likes; "read", "source" and "interface" say at once all that they may be.
    const isShape = path.includes('read', 3) || ['source', 'interface'].includes(String(path.at(-2)));
    return !['type', 'file'].includes(key) && !path.includes('labels') && !isShape;
  });
  fc.assert(
    fc.property(keys, fc.nat(), ({ document, path }, seed) => {
      const right = String(path.at(-1));
      const at = 1 + (seed % (right.length - 1));
      const wrong = `${right.slice(0, at)}${right.at(at - 1)}${right.slice(at)}`;
      const [loaded, text] = changed(document, (document) => {
        const key = keyAt(document, path);
        if (key) key.value = wrong;
      });
      holds(loaded, text);
      expect(problemsOf(loaded).join('\n')).toContain(`${wrong}: found an unknown key, expected "${right}"`);
    }),
    { numRuns: runs(100) },
  );
});

const keyAt = (document: Document, path: readonly (string | number)[]): Scalar | undefined => {
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1));
  const keys = isMap(map) ? map.items.map(({ key }) => key).filter(isScalar) : [];
  return keys.find(({ value }) => value === path.at(-1));
};

test('what is left out, or written twice, does not let a check disappear', () => {
  const checksIn = (document: Document) => {
    let count = 0;
    const isType = (key: unknown) => isScalar(key) && key.value === 'type';
    for (const list of ['services', 'witnesses']) {
      const node = document.get(list);
      if (isSeq(node)) visit(node, { Pair: (_, { key }) => void (isType(key) && count++) });
    }
    return count;
  };
  fc.assert(
    fc.property(somewhere(), ({ document, path }) => {
      const [loaded, text] = changed(document, (document) => document.deleteIn(path));
      holds(loaded, text);
      const { services = [], witnesses = [] } = loaded.config ?? {};
      const checks = services.flatMap(({ checks }) => checks).length + witnesses.length;
      if (loaded.config) expect(checks).toBe(checksIn(parseDocument(text)));
    }),
    { numRuns: runs(100) },
  );
});
