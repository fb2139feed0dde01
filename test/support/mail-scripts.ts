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
      EHLO: `${extensions}250 STARTTLS\r\n`,
      STARTTLS: '220 2.0.0 go ahead\r\n',
      AUTH: '235 2.7.0 welcome\r\n',
      QUIT: undefined,
      ...answers,
    },
    '250 2.1.0 Ok\r\n',
  ),
  consent: '220 2.0.0 go ahead',
});

/** The same without encryption. */
export const plainSmtp = (answers: Answers = {}): LineScript =>
  smtpScript({ EHLO: `${extensions}250 8BITMIME\r\n`, ...answers });

const header = 'Date: Sun, 22 Nov 2026 08:01:30 +0000\r\n\r\n';

/** Lets in and has three messages; `answers` say it otherwise to commands that begin so, `TAG` being that of the command. */
export const imapScript = (answers: Answers = {}): LineScript => ({
  greeting: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n',
  talk: () => {
    let asked = '';
    const answer = answering(
      {
        STARTTLS: 'TAG OK begin\r\n',
        AUTHENTICATE: '+ \r\n',
        [Buffer.from('\0vigie\0').toString('base64').slice(0, 8).toUpperCase()]:
          answers['PASSWORD'] ?? 'TAG OK logged in\r\n',
        EXAMINE: '* FLAGS (\\Seen)\r\n* 3 EXISTS\r\nTAG OK [READ-ONLY] done\r\n',
        FETCH: `* 3 FETCH (BODY[HEADER.FIELDS (DATE)] {${header.length}}\r\n${header})\r\nTAG OK done\r\n`,
        LOGOUT: undefined,
        ...answers,
      },
      'TAG BAD what?\r\n',
    )();
    return (line) => {
      const [, tag = asked, command = line] = /^(\w+) (.*)$/.exec(line) ?? [];
      asked = tag;
      return answer(command)?.replaceAll('TAG', tag);
    };
  },
  consent: ' OK begin',
});

/** Lets in and has three messages. */
export const pop3Script = (answers: Answers = {}): LineScript => ({
  greeting: '+OK ready <1.2@lab.test>\r\n',
  talk: answering(
    {
      STLS: '+OK begin\r\n',
      USER: '+OK\r\n',
      PASS: '+OK Logged in.\r\n',
      STAT: '+OK 3 1200\r\n',
      QUIT: undefined,
      ...answers,
    },
    '-ERR what?\r\n',
  ),
  consent: '+OK begin',
});

/** An empty mailbox for a mail loop, in which a message arrives at once; `answers` as for `imapScript`. */
export const loopScript = (answers: Answers = {}): LineScript => {
  const script = imapScript({
    CAPABILITY: '* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\nTAG OK done\r\n',
    SELECT: '* 0 EXISTS\r\nTAG OK [READ-WRITE] done\r\n',
    'UID SEARCH UNDRAFT': '* SEARCH\r\nTAG OK done\r\n',
    'UID SEARCH DRAFT': '* SEARCH\r\nTAG OK done\r\n',
    'UID SEARCH HEADER': '* SEARCH 7\r\nTAG OK done\r\n',
    'UID STORE': 'TAG OK done\r\n',
    'UID EXPUNGE': '* 1 EXPUNGE\r\nTAG OK done\r\n',
    APPEND: '+ go on\r\n',
    ...answers,
  });
  return {
    ...script,
    talk: () => {
      const answer = script.talk();
      let tag = '';
      let bytesLeft = 0;
      return (line) => {
        if (bytesLeft > 0) {
          bytesLeft -= line.length + 2;
          return bytesLeft > 0 ? '' : `${tag} OK appended\r\n`;
        }
        // The end of the command that a literal was a part of.
        if (line === '') return '';
        const [, of = '', bytes] = /^(\w+) APPEND .*\{(\d+)\}$/.exec(line) ?? [];
        if (bytes !== undefined && answers['APPEND'] === undefined) [tag, bytesLeft] = [of, Number(bytes)];
        return answer(line);
      };
    },
  };
};

/** Takes every message. */
export const takingScript = (answers: Answers = {}): LineScript => {
  const script = plainSmtp({ DATA: '354 go on\r\n', ...answers });
  return {
    ...script,
    talk: () => {
      const answer = script.talk();
      let inMessage = false;
      return (line) => {
        const words = inMessage
          ? line === '.'
            ? (answers['.'] ?? '250 2.0.0 queued\r\n')
            : ''
          : answer(line);
        inMessage = inMessage ? line !== '.' : words?.startsWith('354') === true;
        return words;
      };
    },
  };
};
