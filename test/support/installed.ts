// Is a program of the machine there? A test that needs it is skipped, not failed, when it is not.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Looks where a shell would, and where Debian keeps its daemons. */
export const installed = (command: string): boolean =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
