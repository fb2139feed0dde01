// A reply of SMTP (RFC 5321 §4.2.1) or FTP (RFC 959 §4.2): a code of three digits, on one line or on several.
import type { Dialogue } from './dialogue.ts';
import { Failure } from './outcome.ts';

export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Fails with `bad_answer` when it is no such reply, else as the dialogue does. */
export const readReply = async (dialogue: Dialogue): Promise<Reply> => {
  let code: string | undefined;
  const lines = await dialogue.lines((line) => {
    // Lines between the first and the last of FTP may begin with anything.
    if (code !== undefined) return line === code || line.startsWith(`${code} `);
    code = /^\d{3}(?=[ -]|$)/.exec(line)?.[0];
    if (code === undefined) throw new Failure('bad_answer', `no reply with a code: ${line}`);
    return line[3] !== '-';
  });
  return { code: Number(code), lines };
};
