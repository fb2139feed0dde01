import { expect, test } from 'vitest';
import { selfCheckWords } from '../../../config/locales/self-check.ts';
import { sites, stage } from '../../../server/demonstration/sites.ts';
import { judgeSite } from '../../../server/core/self-check/judge.ts';

test('each site of the demonstration shows something else, and one of them works', () => {
  const told = Object.values(sites).map((facts) => {
    const { verdict, findings } = judgeSite(facts);
    return [verdict, ...findings.filter(({ whose }) => whose !== 'nobody').map(({ kind }) => kind)].join(' ');
  });
  expect(told).toEqual(['works', 'ours expired', 'yours fails no-spf', 'yours astray', 'yours lapsed']);
});

test('the form names them all', async () => {
  for (const domain of Object.keys(sites)) {
    expect(selfCheckWords.fr.staged).toContain(domain);
    expect(selfCheckWords.en.staged).toContain(domain);
    const asked = { domain, prefixes: [], nameServers: [], mailServers: [], resolvers: [] };
    expect(await stage.examine(asked)).toBe(sites[domain]);
  }
});
