// What a command says may have nowhere to go: its reader is told in one sentence, by another way, and by the exit code.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { launcher } from '../support/vigie.ts';

const good =
  'organisation: { name: A, timezone: UTC }\nservices: [{ id: a, name: A, checks: [{ type: tcp, host: a, port: 1 }] }]\n';

const shell = (script: string, ...words: readonly string[]) =>
  spawnSync('/bin/bash', ['-c', `set -o pipefail; ${script}`, launcher, ...words], { encoding: 'utf8' });

test.for([['check-config', 'vigie.yaml'], ['schema'], ['--help'], ['--version']])(
  'vigie %o on a full disk says that it cannot say it',
  (words) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'vigie.yaml'), good);
    const { status, stderr } = shell(`cd ${folder} && "$0" "$@" > /dev/full`, ...words);
    expect([status, stderr]).toEqual([1, 'vigie: its output cannot be written (ENOSPC)\n']);
  },
);

test('a reader that stops before the end is none of its business', () => {
  const { status, stdout, stderr } = shell('"$0" "$@" | head -c 1', 'schema');
  expect([status, stdout, stderr]).toEqual([0, '{', '']);
});
