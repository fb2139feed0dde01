// The files that `vite build` made for the browser, read once at the start and served from memory.
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import { rendered } from './rendered.ts';
import type { Rendered } from './rendered.ts';

export interface Assets {
  /** By file name. */
  readonly files: ReadonlyMap<string, Rendered>;
  readonly links: AssetLinks;
}

/** Addresses for a page to refer to. */
export interface AssetLinks {
  readonly script: string;
  /** The script of the page of the alerts. */
  readonly alerts: string;
  /** The script and the style of a chart, beside those of every page. */
  readonly chart: string;
  readonly chartStyle: string;
  readonly style: string;
  readonly icon: string;
}

const entry = z.object({ file: z.string() });
/** What pages refer to, and what these have in common. */
const manifest = z
  .object({
    'dashboard/status/main.ts': entry,
    'dashboard/alerts/main.ts': entry,
    'dashboard/service/main.ts': entry,
    'dashboard/service/chart.css': entry,
    'dashboard/theme.css': entry,
    'dashboard/icon.svg': entry,
  })
  .catchall(entry);

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Throws when the folder holds no build. */
export const loadAssets = (folder: string): Assets => {
  const built = manifest.parse(JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')));
  const files = Object.values(built).map(({ file }) => {
    const type = types[extname(file)] ?? 'application/octet-stream';
    const content = new Uint8Array(readFileSync(join(folder, file)));
    return [basename(file), rendered(type, content, { isLasting: true })] as const;
  });
  return {
    files: new Map(files),
    links: {
      script: `/${built['dashboard/status/main.ts'].file}`,
      alerts: `/${built['dashboard/alerts/main.ts'].file}`,
      chart: `/${built['dashboard/service/main.ts'].file}`,
      chartStyle: `/${built['dashboard/service/chart.css'].file}`,
      style: `/${built['dashboard/theme.css'].file}`,
      icon: `/${built['dashboard/icon.svg'].file}`,
    },
  };
};
