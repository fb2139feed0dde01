import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkTypes } from '../../../checks/index.ts';
import { loadConfig } from '../../../config/load.ts';
import { jsonSchema } from '../../../config/json-schema.ts';
import { notifiers } from '../../../server/notify/index.ts';
import { problemsOf } from '../../support/configuration.ts';
import { exampleFiles, examplePath, exampleRequest } from '../../support/example.ts';

const text = readFileSync(examplePath, 'utf8');
const loaded = loadConfig(exampleRequest(exampleFiles(text)));
const { services, witnesses } = loaded.config ?? { services: [], witnesses: [] };

test('the example loads', () => {
  expect(problemsOf(loaded)).toEqual([]);
});

// What Globenet has, and what it takes to watch it.
test.for([
  ['web-hosting', ['http', 'tls', 'ftp', 'ssh']],
  ['databases', ['mariadb', 'postgresql']],
  ['domain-names', ['dns', 'dns-zone', 'dnssec']],
  ['network', ['uplink', 'ping', 'bgp', 'snmp', 'path']],
  ['virtual-servers', ['ping', 'tcp', 'ssh']],
  ['mail', ['smtp', 'imap', 'pop3', 'mail-loop']],
  ['dial-up', ['radius']],
  ['telephony', ['sip']],
  ['certificates', ['tls']],
  ['backups', ['heartbeat']],
  ['requests', ['value']],
] as const)('the example watches %s with %o', ([service, types]) => {
  const { checks = [] } = services.find(({ id }) => id === service) ?? {};
  expect(checks.map(({ type }) => type)).toEqual(expect.arrayContaining([...types]));
});

test('the example says to members, in both languages, what each service is', () => {
  const names = services.filter((service) => service.public).flatMap(({ name, group }) => [name, group]);
  for (const words of names) expect(words?.fr).not.toBe(words?.en);
});

test('the example has witnesses of more than one kind', () => {
  expect(new Set(witnesses.map(({ type }) => type)).size).toBeGreaterThan(1);
});

test('the example passes the JSON Schema for editors', () => {
  // Editors compile patterns with the flag u, which \p needs; zod does not.
  const schema = JSON.parse(JSON.stringify(jsonSchema(checkTypes, notifiers)), (key, value: unknown) =>
    key === 'pattern' && /\\p\{/i.test(String(value)) ? undefined : value,
  ) as z.core.JSONSchema.JSONSchema;
  const { error } = z.fromJSONSchema(schema).safeParse(parse(text));
  expect(error?.issues ?? []).toEqual([]);
});

describe('the example names no machine that exists:', () => {
  const documentation = [
    /^(?:[\w-]+\.)*example\.(?:org|net|com|edu)$/, // RFC 2606 §3, and IANA's own
    /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+(?:\/24)?$/, // RFC 5737
    /^127\.0\.0\.1$/,
    /^2001:db8:[0-9a-f:]*(?:\/32)?$/, // RFC 3849
  ];
  const names =
    text.match(
      /\b(?:\d+\.){3}\d+(?:\/\d+)?|\b2[\da-f]{3}:[\da-f:]+(?:\/\d+)?|\b[\w.-]+\.(?:org|net|com|edu|fr)\b/g,
    ) ?? [];

  test.for([...new Set(names)])('%s', (name) => {
    expect(documentation.some((pattern) => pattern.test(name))).toBe(true);
  });
});
