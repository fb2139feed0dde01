// What a configuration points at: files beside it.
import { resolve } from 'node:path';
import { getCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { checkTypes as realTypes } from '../../../checks/index.ts';
import { loadConfig } from '../../../config/load.ts';
import { filesOf, load, problemsOf, request } from '../../support/configuration.ts';

const [pem = ''] = getCACertificates('default');
const organisation = 'organisation: { name: Globenet, timezone: Europe/Paris }';

describe('a relative path starts at the folder of the configuration', () => {
  const ca = (written: string, path = 'etc/vigie.yaml', more = '') => {
    const text = `${organisation}\nservices: [{ id: web, name: Web, checks: [{ type: tls, host: a, port: 1, ca: ${written} }] }]\n${more}`;
    const files = filesOf({
      [path]: text,
      [resolve('etc/ca.pem')]: pem,
      [resolve('tls/ca.pem')]: pem,
      '/etc/ssl/ca.pem': pem,
    });
    const loaded = loadConfig({ ...request(files), path, checkTypes: realTypes });
    expect(problemsOf(loaded)).toEqual([]);
    return loaded.config!;
  };

  test.for([
    ['ca.pem', resolve('etc/ca.pem')],
    ['../tls/ca.pem', resolve('tls/ca.pem')],
    ['/etc/ssl/ca.pem', '/etc/ssl/ca.pem'],
    [JSON.stringify(pem), pem],
  ] as const)('the authorities in %s', ([written, expected]) => {
    expect(ca(written).services[0]?.checks[0]?.options).toMatchObject({ ca: expected });
  });

  test('the database', () => {
    expect(ca('ca.pem', 'etc/vigie.yaml', 'data: state').data).toBe(resolve('etc/state'));
  });
});

test('it says what to watch: the configuration, and the files of secrets even if they are missing', () => {
  const text = `${organisation}\nservices: [{ id: db, name: DB, checks: [{ type: database, host: a, password: { file: none } }] }]`;
  const { config, watchPaths } = load(text);
  expect(config).toBeUndefined();
  expect(watchPaths).toEqual([resolve('vigie.yaml'), resolve('none')]);
});
