// Is the built page there, and newer than what it is built from?
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const assetsFolder = join(root, 'dashboard/dist');

export const isDashboardStale = (): boolean => {
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
