// A dialogue as an operator writes it: `expect`, `send`, `starttls`, one after the other.
import { z } from 'zod';
import type { Dialogue } from './dialogue.ts';
import { Failure } from './outcome.ts';
import type { Cause } from './outcome.ts';
import { find, pattern } from './pattern.ts';

const stepsMax = 20;
const linesMax = 20;
const lineCharsMax = 1_000;

export const script = () =>
  z
    .array(
      z.union(
        [
          z.strictObject({
            expect: pattern().describe('Regular expression (RE2) of a line that must come.'),
          }),
          z.strictObject({
            send: z
              .string()
              .max(lineCharsMax)
              .regex(/^[^\r\n]*$/)
              .describe('Line to send.'),
          }),
          z.strictObject({ starttls: z.literal(true).describe('Goes on encrypted.') }),
        ],
        { error: 'one of { expect: REGULAR EXPRESSION }, { send: LINE }, { starttls: true }' },
      ),
    )
    .min(1)
    .max(stepsMax);
export type Script = z.output<ReturnType<typeof script>>;

/**
 * Follows the script, and gives the line that the last expectation matched. `encrypt` makes the dialogue that goes on
 * under TLS. A line that is not the expected one is passed over, as greetings and replies of several lines want it;
 * `${1}` in what we send is what the first group of the last expectation matched. Fails with `bad_answer` when the
 * expected line does not come.
 */
export const follow = async (
  script: Script,
  plain: Dialogue,
  encrypt: (dialogue: Dialogue) => Promise<Dialogue>,
): Promise<string | undefined> => {
  let dialogue = plain;
  let answer: Answer | undefined;
  for (const step of script) {
    if ('send' in step) dialogue.send(filled(step.send, answer?.groups ?? []));
    else if ('expect' in step) answer = await expectLine(dialogue, step.expect);
    else dialogue = await encrypt(dialogue);
  }
  return answer?.line;
};

interface Answer {
  readonly line: string;
  readonly groups: readonly string[];
}

const groupCharsMax = 200;

/** What the server said must stay one line when we say it. */
const filled = (line: string, groups: readonly string[]): string =>
  line.replaceAll(/\$\{(\d)\}/g, (_, group: string) =>
    (groups[Number(group)] ?? '').replaceAll('\r', '').slice(0, groupCharsMax),
  );

const expectLine = async (dialogue: Dialogue, source: string): Promise<Answer> => {
  const heard: string[] = [];
  while (heard.length < linesMax) {
    const line = await dialogue.line().catch((error: unknown) => {
      throw error instanceof Failure && heard.length > 0 ? disappointed(error, source, heard) : error;
    });
    const groups = find(source, line);
    if (groups !== undefined) return { line, groups };
    heard.push(line);
  }
  throw unexpected('bad_answer', source, heard);
};

/** A server that spoke and then hung up did answer, though not as expected. */
const disappointed = ({ cause }: Failure, source: string, heard: readonly string[]): Failure =>
  unexpected(cause === 'reset' ? 'bad_answer' : cause, source, heard);

const unexpected = (cause: Cause, source: string, heard: readonly string[]): Failure =>
  new Failure(cause, `no line matches ${source}: ${heard.join(' | ')}`);
