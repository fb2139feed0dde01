// Mail servers that do what they should, as scripts that a test changes.
import { answering } from './line-server.ts';
import type { LineScript } from './line-server.ts';

type Answers = Readonly<Record<string, string | undefined>>;

const extensions = '250-mail.lab.test\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n';

/** Takes every envelope and every account; `answers` say it otherwise to lines that begin so. */
export const smtpScript = (answers: Answers = {}): LineScript => ({
  greeting: '220-mail.lab.test\r\n220 ESMTP\r\n',
  talk: answering(
    {
      ...answers,
      EHLO: answers['EHLO'] ?? `${extensions}250 STARTTLS\r\n`,
      STARTTLS: answers['STARTTLS'] ?? '220 2.0.0 go ahead\r\n',
      AUTH: answers['AUTH'] ?? '235 2.7.0 welcome\r\n',
      QUIT: undefined,
    },
    '250 2.1.0 Ok\r\n',
  ),
  consent: '220 2.0.0 go ahead',
});

/** The same without encryption. */
export const plainSmtp = (answers: Answers = {}): LineScript =>
  smtpScript({ EHLO: `${extensions}250 8BITMIME\r\n`, ...answers });
