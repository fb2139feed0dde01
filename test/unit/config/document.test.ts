import { describe, expect, test } from 'vitest';
import { load, problemsOf } from '../../support/configuration.ts';

describe('of a text that is not YAML as we read it, this is told', () => {
  const unusual = Object.entries({
    'services: "hunter2':
      'vigie.yaml:1:19: found something missing, expected a colon after a key, a comma between items, or a closing quote or bracket',
    'a:\n\tb: 1': 'vigie.yaml:2:1: found a tab, expected spaces',
    'a: b: hunter2':
      'vigie.yaml:1:4: found a second ": " in one line, expected quotes around text that contains ": "',
    'a: @hunter2': 'vigie.yaml:1:4: found text that begins with a reserved letter, expected quotes around it',
    'a: 1\n---\nb: 2': 'vigie.yaml:2:1: found a second document after ---, expected one document in a file',
    '%YAML 1.1\n---\na: yes': 'vigie.yaml:1:1: found a %YAML directive, expected none: YAML 1.2 is read',
    'a: !!js/function hunter2': 'vigie.yaml:1:4: found a tag, expected a value without a tag',
    'a: !!timestamp 2026-01-01': 'vigie.yaml:1:4: found a tag, expected a value without a tag',
    'a: !!binary aHVudGVyMg==': 'vigie.yaml:1:4: found a tag, expected a value without a tag',
    '? [hunter2]\n: 1': 'vigie.yaml:1:3: found a key that is not text, expected a word',
    '- hunter2': 'vigie.yaml:1:1: found no mapping, expected keys such as "organisation:" and "services:"',
    hunter2: 'vigie.yaml:1:1: found no mapping, expected keys such as "organisation:" and "services:"',
  });

  test.for(unusual)('%s', ([text, problem]) => {
    expect(problemsOf(load(text))[0]).toEqual(problem);
  });
});

test.for(['[', '{a: ', '- ', '? '])('a text that nests %s without end is refused', (bracket) => {
  expect(problemsOf(load(`services:\n ${bracket.repeat(50_000)}`))[0]).toMatch(/found too many levels/);
});

test('a text of too many levels is refused where they begin to be too many', () => {
  const text = `data: ${'['.repeat(20)}${']'.repeat(20)}`;
  expect(problemsOf(load(text)).at(-1)).toBe(
    `vigie.yaml:1:22 data${'[0]'.repeat(15)}: found too many levels, expected at most 16 levels of indentation`,
  );
});

test('a text of too many values is refused where they begin to be too many, and told what takes more', () => {
  expect(problemsOf(load(`data:\n${'  - 1\n'.repeat(50_000)}`)).at(-1)).toBe(
    'vigie.yaml:50000:5 data[49998]: found too many values, expected at most 50000 in a file (a folder takes several)',
  );
});

test('an empty file lacks what every configuration has', () => {
  expect(problemsOf(load('# nothing yet\n'))).toEqual([
    'vigie.yaml:1:1 organisation: found nothing, expected a mapping',
    'vigie.yaml:1:1 services: found nothing, expected a list',
  ]);
});
