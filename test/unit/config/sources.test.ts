import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../config/load.ts';
import { filesOf, problemsOf, request } from '../../support/configuration.ts';

const organisation = 'organisation: { name: Globenet, timezone: Europe/Paris }';

describe('a folder', () => {
  const tcp = (id: string) => `{ id: ${id}, name: ${id}, checks: [{ type: tcp, host: a, port: 80 }] }`;
  const folder = (texts: Readonly<Record<string, string>>) =>
    loadConfig(
      request(
        filesOf(
          Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/etc/vigie/${name}`, text])),
        ),
        {
          path: '/etc/vigie',
        },
      ),
    );

  test('is read as one configuration, in the order of the names', () => {
    const { config } = folder({
      '20-web.yaml': `services: [${tcp('web')}]\nresolvers: [192.0.2.2]`,
      '10-base.yml': `${organisation}\nservices: [${tcp('base')}]\nresolvers: [192.0.2.1]\ndata: here`,
      '30-empty.yaml': '# for later',
      '.hidden.yaml': 'nonsense: 1',
      'notes.txt': 'nonsense',
    });
    expect(config).toMatchObject({
      data: '/etc/vigie/here',
      resolvers: ['192.0.2.1', '192.0.2.2'],
      services: [{ id: 'base' }, { id: 'web' }],
    });
  });

  test('tells problems in the file in which they are, counted there', () => {
    const loaded = folder({
      'a.yaml': `${organisation}\nservices: [${tcp('a')}, ${tcp('b')}]`,
      'b.yaml': `services:\n  - ${tcp('c')}\n  - ${tcp('b')}\n  - { id: d }`,
    });
    expect(problemsOf(loaded)).toEqual([
      '/etc/vigie/b.yaml:3:11 services[1].id: found "b" again (/etc/vigie/a.yaml:2), expected an id of its own',
      '/etc/vigie/b.yaml:4:5 services[2].name: found nothing, expected text, or a mapping',
      '/etc/vigie/b.yaml:4:5 services[2].checks: found nothing, expected a list',
    ]);
  });

  test('has each section in one file', () => {
    const loaded = folder({
      'a.yaml': `${organisation}\nservices: [${tcp('a')}]`,
      'b.yaml': `\n${organisation}\nservices: nothing`,
    });
    expect(problemsOf(loaded)).toEqual([
      '/etc/vigie/b.yaml:2:1 organisation: found the section again (/etc/vigie/a.yaml), expected it in one file only',
      '/etc/vigie/b.yaml:3:1 services: found the section again (/etc/vigie/a.yaml), expected it in one file only',
    ]);
  });

  test('without a file to read is a problem', () => {
    expect(problemsOf(folder({ 'vigie.toml': '' }))).toEqual([
      '/etc/vigie:1:1: found 0 files, expected 1 to 200 files ending in .yaml',
    ]);
  });

  test('says what is wrong with every file', () => {
    expect(
      problemsOf(folder({ 'a.yaml': 'a: [', 'b.yaml': '\tb' })).map((line) => line.slice(0, 20)),
    ).toEqual(['/etc/vigie/a.yaml:1:', '/etc/vigie/b.yaml:1:']);
  });
});
