import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchema } from '../../../config/json-schema.ts';
import { checkTypes, notifiers } from '../../support/configuration.ts';

interface Shape {
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties: boolean;
}
interface Root {
  readonly properties: {
    readonly witnesses: { readonly items: { readonly oneOf: readonly Shape[] } };
    readonly services: {
      readonly items: { readonly properties: { readonly checks: Root['properties']['witnesses'] } };
    };
  };
}

const schema = jsonSchema(checkTypes, notifiers);
const { witnesses, services } = (schema as Root).properties;
const witnessShapes = witnesses.items.oneOf;
const checkShapes = services.items.properties.checks.items.oneOf;

test('an editor is told of the types that a check may have, and a witness', () => {
  const typesOf = (shapes: readonly Shape[]) => shapes.map(({ properties }) => properties['type']);
  const constants = (names: readonly string[]) => names.map((name) => ({ type: 'string', const: name }));
  expect(typesOf(checkShapes)).toEqual(constants(['tcp', 'database', 'heartbeat']));
  expect(typesOf(witnessShapes)).toEqual(constants(['tcp', 'database']));
});

test('an editor is told of the options of each type beside the keys of every check', () => {
  const [tcp, , heartbeat] = checkShapes;
  const keysOf = (shape: Pick<Shape, 'properties'> | undefined) =>
    Object.keys(shape?.properties ?? {}).join(' ');
  expect(keysOf(tcp)).toBe(
    'host port type id every timeout families confirm recover learn cron slow vantage-points depends-on supporting',
  );
  expect(keysOf(tcp?.properties['slow'] as Shape)).toBe('resolve connect total');
  expect(keysOf(heartbeat)).toBe('token type id confirm recover depends-on supporting');
  expect(tcp).toMatchObject({ required: ['host', 'port', 'type'], additionalProperties: false });
});

test('an editor is told how a duration is written, and where a secret is', () => {
  const [tcp, database] = checkShapes;
  expect(tcp?.properties['every']).toEqual({
    type: 'string',
    pattern: expect.any(String),
    description: 'Time from one probe to the next.',
  });
  const place = (key: string) => ({
    type: 'object',
    properties: { [key]: { type: 'string' } },
    required: [key],
    additionalProperties: false,
  });
  expect(database?.properties['password']).toMatchObject({ oneOf: [place('env'), place('file')] });
});

test.for([
  ['host: a, port: 80, every: 20s', true],
  ['host: a, port: 80, every: 20', false],
  ['host: a, port: 80, families: [4, 6], slow: { connect: 50ms }', true],
  ['host: a, port: 80, slow: { write: 50ms }', false],
  ['host: a, port: 80, prot: 1', false],
  ['host: a', false],
] as const)('a schema for editors agrees with the loader on { type: tcp, %s }: %s', ([options, isRight]) => {
  const data: unknown = parse(`
organisation: { name: Globenet, timezone: UTC }
witnesses: [{ type: tcp, host: a, port: 53 }]
services: [{ id: web, name: { fr: Pages, en: Pages }, checks: [{ type: tcp, ${options} }] }]
`);
  expect(z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema).safeParse(data).success).toBe(isRight);
});
