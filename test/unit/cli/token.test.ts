import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../../../server/cli/commands.ts';
import { readHolders } from '../../../server/tokens.ts';
import { temporaryFolder } from '../../support/folder.ts';

afterEach(() => vi.restoreAllMocks());

test.for(['ada --list', 'ada --list --revoke', '--revoke', 'ada bob', ''])(
  'vigie token %s is a wrong command line, and takes no token from anybody',
  async (words) => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const data = temporaryFolder();
    expect(await main(['token', 'ada', '--data', data])).toBe(0);
    const before = readHolders(data);
    expect(await main(['token', ...words.split(' ').filter(Boolean), '--data', data])).toBe(2);
    expect(readHolders(data)).toEqual(before);
  },
);
