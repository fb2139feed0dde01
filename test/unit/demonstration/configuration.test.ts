import { getCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { load } from '../../../server/cli/configuration.ts';
import { configurationText } from '../../../server/demonstration/configuration.ts';
import { filesOf } from '../../support/configuration.ts';

const template = configurationText(new Proxy({}, { get: (_, name) => `$${String(name)}` }));
const names = [...template.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '');
const ports = Object.fromEntries(names.map((name, index) => [name, 20_000 + index]));

const [authority = ''] = getCACertificates('default');

const read = (listen: object) =>
  load(
    '/demonstration/vigie.yaml',
    filesOf({
      '/demonstration/vigie.yaml': configurationText({
        ...ports,
        worksFrom: '2026-12-06T14:00',
        worksTo: '2026-12-06T16:00',
        folder: '/demonstration',
        listen: JSON.stringify(listen),
      }),
      '/demonstration/token': '0123456789abcdef',
      '/demonstration/hosted.txt': 'theatre.example',
      '/demonstration/ca.pem': authority,
    }),
  );

describe('the configuration of the demonstration', () => {
  test('has no problem', () => {
    expect(read({}).problems ?? []).toEqual([]);
  });

  test('listens where every other does, unless told otherwise', () => {
    expect(read({}).config?.listen).toEqual({
      public: { address: '127.0.0.1', port: 3210 },
      private: { address: '127.0.0.1', port: 3211 },
      names: [],
    });
    expect(read({ public: '127.0.0.2:4000' }).config?.listen.public).toEqual({
      address: '127.0.0.2',
      port: 4000,
    });
  });

  test('keeps its data in the folder of its world', () => {
    expect(read({}).config?.data).toBe('/demonstration/data');
  });

  test('has witnesses', () => {
    expect(read({}).config?.witnesses).toHaveLength(2);
  });

  test('watches every server of the world, each once', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  test('announces work', () => {
    expect(read({}).config?.maintenance).toMatchObject([
      { services: ['virtual-servers'], once: {} },
      { services: ['databases'], recurring: {} },
    ]);
  });

  test('has all its services under headings, named in both languages', () => {
    for (const { id, name, group } of read({}).config?.services ?? []) {
      expect(group, id).toBeDefined();
      expect(name.fr, id).not.toBe(name.en);
    }
  });
});
