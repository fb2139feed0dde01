// The mailbox of a mail loop: its ledger, which is a draft because no delivery can make one, and what has arrived.
import type { Imap, Untagged } from './imap.ts';
import { quoted } from './imap.ts';
import { readLedger, writeLedger } from './mail-ledger.ts';
import type { Ledger } from './mail-ledger.ts';
import { Unfit } from './outcome.ts';

export const loopHeader = 'X-Vigie-Loop';

export interface Arrival {
  readonly uid: number;
  readonly token: string;
  readonly sentAt: number;
  /** Kept as evidence of a delay. */
  readonly isKept: boolean;
}

export interface Contents {
  readonly ledger: Ledger;
  readonly arrivals: readonly Arrival[];
}

/** A mailbox of our own has a few; so many are looked at, the newest. */
const messagesMax = 300;
const needed = ['IDLE', 'UIDPLUS'];

/** One loop among those that may share a mailbox; `loop` is its name. Commands fail with `bad_answer` or `read_only`. */
export class LoopMailbox {
  readonly #imap: Imap;
  readonly #name: string;
  readonly #loop: string;

  constructor(imap: Imap, { name, loop }: { readonly name: string; readonly loop: string }) {
    this.#imap = imap;
    this.#name = name;
    this.#loop = loop;
  }

  /** Unfit when the server lacks what we need to wait, and to remove nothing but our own. */
  async open(): Promise<void> {
    const said = (await this.#imap.ask('CAPABILITY', 'bad_answer')).map(({ text }) => text.toUpperCase());
    const words = new Set(said.flatMap((text) => text.split(' ')));
    const missing = needed.filter((word) => !words.has(word));
    if (missing.length > 0)
      throw new Unfit('self_misconfigured', `the mailbox's server does not offer ${missing.join(' and ')}`);
    await this.#imap.ask(`SELECT ${quoted(this.#name)}`, 'bad_answer');
  }

  async contents(): Promise<Contents> {
    const uids = (await this.#search(`UNDRAFT ${this.#ours}`)).uids.slice(-messagesMax);
    const drafts = (await this.#search(`DRAFT ${this.#ours}`)).uids;
    return { ledger: await this.#ledgerIn(drafts.at(-1)), arrivals: await this.#arrivalsIn(uids) };
  }

  /** The new ledger is there before the old one goes; an empty one is none. */
  async keep(ledger: Ledger): Promise<void> {
    const old = (await this.#search(`DRAFT ${this.#ours}`)).uids;
    if (ledger.length > 0) await this.#append(ledger);
    await this.remove(old);
  }

  /** Messages that have served: nothing else is removed. */
  async remove(uids: readonly number[]): Promise<void> {
    if (uids.length === 0) return;
    await this.#imap.ask(`UID STORE ${uids.join()} +FLAGS.SILENT (\\Deleted)`, 'read_only');
    await this.#imap.ask(`UID EXPUNGE ${uids.join()}`, 'read_only');
  }

  /** What was late stays, so that its way can be read in its headers. */
  async setAside(uids: readonly number[]): Promise<void> {
    if (uids.length > 0)
      await this.#imap.ask(`UID STORE ${uids.join()} +FLAGS.SILENT (\\Flagged)`, 'read_only');
  }

  /** Until the message with this token is there. */
  async arrivalOf(token: string): Promise<readonly number[]> {
    for (;;) {
      const { uids, isMore } = await this.#search(`HEADER ${loopHeader} ${token}`);
      if (uids.length > 0) return uids;
      // What arrived while it searched has been announced, and will not be again.
      if (!isMore) await this.#imap.waitForMore();
    }
  }

  get #ours(): string {
    return `HEADER ${loopHeader} ${this.#loop}`;
  }

  async #search(criteria: string): Promise<{ readonly uids: readonly number[]; readonly isMore: boolean }> {
    const answer = await this.#imap.ask(`UID SEARCH ${criteria}`, 'bad_answer');
    const found = answer.flatMap(
      ({ text }) => /^SEARCH((?: \d{1,10})+)/i.exec(text)?.[1]?.trim().split(' ') ?? [],
    );
    return {
      uids: found.map(Number).toSorted((a, b) => a - b),
      isMore: answer.some(({ text }) => /^\d+ EXISTS\b/i.test(text)),
    };
  }

  async #append(ledger: Ledger): Promise<void> {
    const header = [`${loopHeader}: ${this.#loop} ledger`, 'Subject: Vigie: what is on its way', ''];
    const text = [...header, ...writeLedger(ledger)].map((line) => `${line}\r\n`).join('');
    const append = `APPEND ${quoted(this.#name)} (\\Draft \\Seen) {${Buffer.byteLength(text)}}`;
    await this.#imap.askInTwo(append, text, 'read_only');
  }

  async #ledgerIn(uid: number | undefined): Promise<Ledger> {
    if (uid === undefined) return [];
    const [message] = await this.#imap.ask(`UID FETCH ${uid} (BODY.PEEK[TEXT])`, 'bad_answer');
    return readLedger(message?.literals[0]?.toString('latin1') ?? '');
  }

  async #arrivalsIn(uids: readonly number[]): Promise<readonly Arrival[]> {
    if (uids.length === 0) return [];
    const what = `(UID FLAGS BODY.PEEK[HEADER.FIELDS (${loopHeader})])`;
    return (await this.#imap.ask(`UID FETCH ${uids.join()} ${what}`, 'bad_answer')).map(arrivalIn);
  }
}

const arrivalIn = ({ text, literals }: Untagged): Arrival => {
  const header = literals[0]?.toString('latin1') ?? '';
  const [, token = '', sentAt = 0] = / ([0-9a-f]{32}) (\d{1,15})\s/.exec(header) ?? [];
  return {
    uid: Number(/\bUID (\d{1,10})\b/i.exec(text)?.[1] ?? 0),
    token,
    sentAt: Number(sentAt),
    isKept: /\\Flagged\b/i.test(text),
  };
};
