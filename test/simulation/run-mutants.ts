// `npm run sim:mutants`: plants every bug, and looks for it in fifty worlds; the last line says how many were caught.
import { availableParallelism } from 'node:os';
import { hunt } from './hunt.ts';
import { mutants } from './mutants.ts';

const seedsMax = 50;
const startedMs = performance.now();
const waiting = mutants.values();
let caught = 0;

const work = async (): Promise<void> => {
  for (const mutant of waiting) {
    const beganMs = performance.now();
    const found = await hunt(mutant, seedsMax);
    const isRight = found !== undefined && mutant.caught.test(found.message);
    if (isRight) caught++;
    const how =
      found === undefined
        ? 'NOT CAUGHT'
        : `${isRight ? 'ok   ' : 'WRONG'} in world ${found.worlds} of seed ${found.seed}: ${found.message.slice(0, 90).replaceAll('\n', ' ')}`;
    const took = `${Math.round((performance.now() - beganMs) / 1_000)} s`;
    console.log(`${how}\n      ${mutant.bug}, ${took}`);
  }
};

await Promise.all(Array.from({ length: availableParallelism() }, work));
const seconds = Math.round((performance.now() - startedMs) / 1_000);
console.log(
  `${caught} of ${mutants.length} planted bugs caught within ${seedsMax} worlds each, in ${seconds} s`,
);
process.exitCode = caught === mutants.length ? 0 : 1;
