// The words of messages about alerts, in both languages: what is out, since when, why, and what follows from it.
import type { SeriesFamily } from '../../checks/lib/contract.ts';
import type { Language, Words } from '../../config/config.ts';
import { alertWords } from '../../config/locales/alerts.ts';
import type { AlertWords } from '../../config/locales/alerts.ts';
import { locales } from '../../config/locales/index.ts';
import type { Messages } from '../../config/locales/index.ts';
import { isOpen, startOf, worst } from '../core/alerts/alert.ts';
import type { Alert, Trouble } from '../core/alerts/alert.ts';
import type { Story, Telling, Write } from '../core/alerts/telling.ts';
import { proberId } from '../core/impairment.ts';
import type { Finding } from '../core/result.ts';
import { slowPartOf } from './slow-part.ts';

/** More names than this are counted. */
const namesMax = 3;
/** More troubles of one service than this are counted. */
const troublesMax = 12;

export const write: Write = (telling) => {
  const [fr, en] = [new Speech(telling, 'fr'), new Speech(telling, 'en')];
  return { title: { fr: fr.title, en: en.title }, text: { fr: fr.text, en: en.text } };
};

const familyName = (family: SeriesFamily): string => (family === 0 ? 'IP' : `IPv${family}`);

class Speech {
  readonly #telling: Telling;
  readonly #language: Language;
  readonly #messages: Messages;
  readonly #words: AlertWords;

  constructor(telling: Telling, language: Language) {
    this.#telling = telling;
    this.#language = language;
    this.#messages = locales[language];
    this.#words = alertWords[language];
  }

  get title(): string {
    const { kind } = this.#telling;
    const title = this.#plainTitle();
    return kind === 'update' || kind === 'reminder' ? this.#words[kind](title) : title;
  }

  get text(): string {
    return this.#telling.stories.map((story) => this.#lines(story).join('\n')).join('\n\n');
  }

  #plainTitle(): string {
    const { stories, kind } = this.#telling;
    const [head] = stories;
    if (head === undefined) return '';
    if (head.alert.service === undefined) {
      const { overTitle, title } = this.#ownWords(head.alert);
      return kind === 'recovery' ? overTitle : title;
    }
    const names = this.#names(stories.map(({ alert }) => alert));
    return this.#words.about(names, kind === 'recovery' ? this.#end(head) : this.#state(head));
  }

  #lines(story: Story): readonly string[] {
    const { alert, open, left, consequences } = story;
    if (alert.service === undefined) return [this.#own(alert)];
    const { kind, audience, at } = this.#telling;
    const name = this.#names([alert]);
    const when = this.#when(Math.min(...(open.length > 0 ? open : left).map(({ since }) => since)));
    const what = kind === 'recovery' ? this.#end(story) : this.#words.since(this.#state(story), when);
    const followers =
      kind === 'recovery' ? [] : consequences.filter(({ isPublic }) => isPublic || audience === 'admins');
    const known = alert.acknowledgement;
    const isForAdmins = audience === 'admins';
    return [
      `${this.#words.about(name, what)}.`,
      ...(isForAdmins ? open.slice(0, troublesMax).map((trouble) => this.#trouble(trouble)) : []),
      ...(isForAdmins ? left.slice(0, troublesMax).map((trouble) => this.#ended(trouble, at)) : []),
      ...(followers.length > 0 ? [this.#words.consequences(this.#names(followers, troublesMax))] : []),
      ...(known !== undefined && isForAdmins && kind !== 'recovery'
        ? [this.#words.acknowledged(known.by, known.note ?? '')]
        : []),
    ];
  }

  #own(alert: Alert): string {
    const { kind, at } = this.#telling;
    const since = startOf(alert);
    const { overText, text } = this.#ownWords(alert);
    const [trouble] = alert.troubles;
    return kind === 'recovery'
      ? overText(this.#when(since), this.#length((trouble?.end?.at ?? at) - since))
      : text(this.#when(since), trouble?.finding.evidence ?? '');
  }

  #ownWords({ place, troubles }: Alert): AlertWords['blind'] {
    const { blind, blindPlace, unfit } = this.#words;
    if (place !== undefined) return blindPlace(familyName(place.family), place.vantage);
    return troubles.some(({ check }) => check === proberId) ? unfit : blind;
  }

  #state({ open, isFlapping, flapping, isPartial }: Story): string {
    const { state } = this.#messages;
    const isSteady = flapping.size > 0 && open.some(({ check }) => !flapping.has(check));
    if (isFlapping && !isSteady) return this.#words.flapping;
    if (worst(open) === 'down') return isPartial ? state.partial : state.down;
    const cause = open[0]?.finding.cause;
    if (cause === 'slow') return state.slow;
    return cause === 'tls_expiring' ? state.expiring : state.degraded;
  }

  #end({ left, alert }: Story): string {
    const { over, withdrawn, better, partly } = this.#words;
    const ends = left.flatMap(({ end }) => end ?? []);
    if (ends.length < left.length) return better;
    if (alert.troubles.some(isOpen)) return partly;
    if (ends.every(({ how }) => how === 'withdrawn')) return withdrawn;
    return over(
      this.#length(Math.max(...ends.map(({ at }) => at)) - Math.min(...left.map(({ since }) => since))),
    );
  }

  #trouble({ check, since, finding }: Trouble): string {
    return this.#words.trouble(check, this.#when(since), this.#why(finding), finding.evidence);
  }

  #ended(trouble: Trouble, now: number): string {
    const { check, since, finding, end } = trouble;
    if (isOpen(trouble)) return this.#words.about(check, this.#words.better);
    return this.#words.ended(
      check,
      this.#length((end?.at ?? now) - since),
      this.#why(finding),
      finding.evidence,
    );
  }

  #why({ cause, phase = '', slowness }: Finding): string {
    if (slowness === undefined) return this.#messages.cause[cause];
    return `${this.#messages.slowness({ ...slowness, slowPart: slowPartOf(phase) })}.`;
  }

  #names(alerts: readonly { readonly name: Words }[], most = namesMax): string {
    const names = alerts.map(({ name }) => name[this.#language]);
    // “And one other” would say less than its name, and take as long.
    const said = names.length <= most + 1 ? names : names.slice(0, most);
    return this.#words.names(said, names.length - said.length);
  }

  #when(at: number): string {
    return this.#messages.time.since(at, this.#telling.at, this.#telling.timezone);
  }

  #length(ms: number): string {
    return this.#messages.time.duration(ms);
  }
}
