// Builds the page when it is not there, or older than what it is built from.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { CommandFailure } from './command.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const assetsFolder = join(root, 'dashboard/dist');

/** Takes seconds when there is something to build. Fails with a `CommandFailure`. */
export const buildDashboard = async (): Promise<void> => {
  if (!isStale()) return;
  process.stderr.write('building the page …\n');
  // By this very Node: the one in PATH may be too old.
  const vite = spawn(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    {
      stdio: ['ignore', 2, 2],
      cwd: root,
    },
  );
  const [code] = (await once(vite, 'exit')) as [number | null];
  if (code !== 0) throw new CommandFailure('the page could not be built (npm run build says why)');
};

const isStale = (): boolean => {
  const built = statSync(join(assetsFolder, '.vite/manifest.json'), { throwIfNoEntry: false });
  return built === undefined || sources().some((path) => statSync(path).mtimeMs > built.mtimeMs);
};

const sources = (): readonly string[] => [
  join(root, 'vite.config.ts'),
  ...['dashboard', 'config/locales'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(assetsFolder))
      .map((entry) => join(entry.parentPath, entry.name)),
  ),
];
