// The example of a configuration, with everything real but the disk and the environment.
import { resolve } from 'node:path';
import { parse, validateDetailed } from 'node-cron';
import { checkTypes } from '../../checks/index.ts';
import { longestGapMs } from '../../checks/lib/cron.ts';
import type { Cron } from '../../config/complete.ts';
import type { Files } from '../../config/files.ts';
import type { LoadRequest } from '../../config/load.ts';
import { notifiers } from '../../server/notify/index.ts';
import { filesOf, request } from './configuration.ts';

export const examplePath = new URL('../../config/globenet.example.yaml', import.meta.url).pathname;

/** A disk with the example, or what became of it, and the secrets it names. */
export const exampleFiles = (text: string): Files =>
  filesOf({
    'vigie.yaml': text,
    [resolve('hosted-domains.txt')]: 'theatre.example.org\n',
    [resolve('secrets/postgresql')]: 'canary-of-a-file\n',
    [resolve('secrets/postgresql-explain')]: 'canary-of-a-file\n',
    [resolve('secrets/matrix')]: 'canary-of-a-file\n',
    [resolve('secrets/mattermost')]: 'https://chat.example.net/hooks/canary\n',
    [resolve('secrets/desk')]: 'canary-of-a-file\n',
    [resolve('secrets/snmp-auth')]: 'canary-of-a-file\n',
    [resolve('secrets/snmp-privacy')]: 'canary-of-a-file\n',
  });

export const exampleRequest = (files: Files): LoadRequest =>
  request(files, {
    checkTypes,
    notifiers,
    cron,
    env: {
      VIGIE_PANEL_TOKEN: 'canary-of-the-environment',
      VIGIE_MARIADB_PASSWORD: 'canary-of-the-environment',
      VIGIE_MARIADB_EXPLAIN: 'canary-of-the-environment',
      VIGIE_RADIUS_SECRET: 'canary-of-the-environment',
      VIGIE_RADIUS_PASSWORD: 'canary-of-the-environment',
      VIGIE_MAIL_PASSWORD: 'canary-of-the-environment',
      VIGIE_STATUS_MAIL_PASSWORD: 'canary-of-the-environment',
      VIGIE_FTP_PASSWORD: 'canary-of-the-environment',
      VIGIE_SNMP_COMMUNITY: 'canary-of-the-environment',
      VIGIE_NTFY_TOPIC: 'canary-of-the-environment',
      VIGIE_FREE_MOBILE_KEY: 'canary-of-the-environment',
      VIGIE_SMS_KEY: 'canary-of-the-environment',
      VIGIE_XMPP_PASSWORD: 'canary-of-the-environment',
      VIGIE_WEBHOOK_KEY: 'canary-of-the-environment',
      VIGIE_MASTODON_TOKEN: 'canary-of-the-environment',
      VIGIE_SWITCH_URL: 'https://switch.example.net/canary',
      VIGIE_BACKUP_TOKEN: 'canary-of-the-environment',
    },
  });

const cron: Cron = {
  problem: (expression) => validateDetailed(expression).errors[0]?.message,
  longestGapMs: (expression, timezone) => longestGapMs(parse(expression), timezone),
};
