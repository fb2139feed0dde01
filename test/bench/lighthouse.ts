// npm run lighthouse: what Lighthouse says of the front page and of a service's, in both languages, on a phone. It is fetched by
// its version when it is wanted: it would be the largest of all packages.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { startVigie } from '../support/vigie.ts';
import { chromiumFlags } from '../browser/chromium.ts';
import { untilSeen } from './page.ts';
import { charted, world, writeFiles } from './page-world.ts';
import { startFarm } from './probes.ts';
import { end } from './process.ts';

const lighthouse = 'lighthouse@13.5.0';

const report = z.object({
  categories: z.record(z.string(), z.object({ title: z.string(), score: z.number().nullable() })),
  audits: z.record(
    z.string(),
    z.object({
      title: z.string(),
      score: z.number().nullable(),
      scoreDisplayMode: z.string(),
      displayValue: z.string().optional(),
    }),
  ),
});

const look = async (address: string): Promise<z.output<typeof report>> => {
  const words = ['--yes', lighthouse, address, '--output=json', '--quiet', '--form-factor=mobile'];
  const flags = `--chrome-flags=${chromiumFlags.join(' ')}`;
  const env = { ...process.env, CHROME_PATH: '/usr/bin/chromium' };
  const child = spawn('npx', [...words, flags], { stdio: ['ignore', 'pipe', 'inherit'], env });
  return report.parse(await json(child.stdout));
};

const main = async (): Promise<boolean> => {
  await using left = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vigie-lighthouse-'));
  left.defer(() => rmSync(folder, { recursive: true }));
  const farm = await startFarm();
  left.defer(() => end(farm.child));
  writeFiles(folder, Date.now());
  const vigie = left.use(await startVigie(folder, world(farm.ports.http)));
  await untilSeen(vigie);
  let isPerfect = true;
  for (const language of ['fr', 'en'])
    for (const path of [`/${language}`, `/${language}/services/${charted}`]) {
      const { categories, audits } = await look(`http://127.0.0.1:${vigie.publicPort}${path}`);
      const scores = Object.values(categories).map(({ title, score }) => ({
        title,
        score: Math.round((score ?? 0) * 100),
      }));
      isPerfect &&= scores.every(({ score }) => score === 100);
      console.log(`${path}: ${scores.map(({ title, score }) => `${title} ${score}`).join(', ')}`);
      for (const { title, score, scoreDisplayMode, displayValue = '' } of Object.values(audits))
        if (score !== null && score < 0.9 && scoreDisplayMode !== 'informative')
          console.log(`  ${score}: ${title} ${displayValue}`);
    }
  return isPerfect;
};

process.exitCode = (await main()) ? 0 : 1;
