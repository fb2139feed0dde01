// A checker that never fails is decoration: each of these bugs is planted into a copy of the program, and must be caught.
// Here every fourth of those that show soon is, in a dozen worlds; `npm run sim:mutants` plants them all, and looks in fifty.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hunt, root } from './hunt.ts';
import { mutants } from './mutants.ts';

const planted = mutants.filter(({ isRare }) => isRare !== true).filter((_, index) => index % 4 === 0);
const seedsMax = 12;

test.for(mutants.map(({ bug, ...mutant }) => [bug, mutant] as const))(
  'there is one place to plant that %s',
  ([, { file, from }]) => {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
  },
);

test.concurrent.for(planted.map((mutant) => [mutant.bug, mutant] as const))(
  'it is noticed that %s',
  { timeout: 600_000 },
  async ([, mutant], { expect }) => {
    expect((await hunt(mutant, seedsMax))?.message).toMatch(mutant.caught);
  },
);
