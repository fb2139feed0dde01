// A start that cannot be: one sentence for whoever can mend it, and no stack.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockFolder } from '../../server/store/lock.ts';
import { vigieCommand } from '../support/vigie.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-refused-'));
afterAll(() => rmSync(folder, { recursive: true }));

const serve = (data: string, port = 0) => {
  const path = join(folder, 'vigie.yaml');
  const lines = [
    'organisation: { name: Essai, timezone: Europe/Paris }',
    `listen: { public: '127.0.0.1:${port}', private: '127.0.0.1:0' }`,
    `data: ${data}`,
    'services: [{ id: a, name: A, checks: [{ type: tcp, host: 127.0.0.1, port: 1 }] }]',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return vigieCommand('serve', '--config', path);
};

test('a folder that cannot be made', async () => {
  const { code, output, errors } = await serve('vigie.yaml/data');
  expect([code, output]).toEqual([1, '']);
  expect(errors).toMatch(
    /(^|\n)vigie serve: the folder \S+\/vigie\.yaml\/data cannot be made \(ENOTDIR\)\n$/,
  );
});

test('a file in the place of the database', async () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(
    join(folder, 'data', 'vigie.db'),
    'no database, but long enough to be read as one. '.repeat(20),
  );
  const { code, output, errors } = await serve('data');
  expect([code, output]).toEqual([1, '']);
  expect(errors).toMatch(/(^|\n)vigie serve: \S+\/vigie\.db: The file is not a database, [^\n]*\n$/);
});

test('data with which another Vigie watches', async () => {
  mkdirSync(join(folder, 'taken'));
  const release = lockFolder(join(folder, 'taken'));
  const { code, output, errors } = await serve('taken');
  release();
  expect([code, output]).toEqual([1, '']);
  expect(errors).toMatch(/(^|\n)vigie serve: \S+\/taken: Another Vigie watches with this data\.\n$/);
});

test('an address that another program has', async () => {
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, output, errors } = await serve('other', port);
  other.close();
  expect([code, output]).toEqual([1, '']);
  expect(errors).toMatch(
    new RegExp(
      `(^|\n)vigie serve: 127\\.0\\.0\\.1 port ${port} cannot be had: another program listens there\n$`,
    ),
  );
});
