// A member asks whether it is his own site: only those that are hosted here are looked at, few at once, and none too often.
// Nothing of what is asked outlives the answer by more than half a minute, and none of it is written anywhere.
import { createHash } from 'node:crypto';
import type { Config, SelfCheckConfig } from '../../config/config.ts';
import type { Files } from '../../config/files.ts';
import { hostedDomains, readDomains } from '../../config/hosted-domains.ts';
import { domainIn } from '../core/self-check/domain.ts';
import type { SiteFacts } from '../core/self-check/facts.ts';
import { judgeSite } from '../core/self-check/judge.ts';
import type { Judgement } from '../core/self-check/judge.ts';
import type { Instant } from '../core/time.ts';
import type { Clock, Log, Timers } from './ports.ts';

export type { Finding, Verdict } from '../core/self-check/judge.ts';

/** What to look at, and from where it may be answered. */
export interface Site extends Pick<SelfCheckConfig, 'prefixes' | 'nameServers' | 'mailServers'> {
  readonly domain: string;
  readonly resolvers: Config['resolvers'];
}

export interface Examiner {
  /** Nothing, when nothing could be seen from here. Ends within half a minute, and never rejects. */
  readonly examine: (site: Site) => Promise<SiteFacts | undefined>;
}

export type SelfAnswer =
  | { readonly kind: 'judged'; readonly domain: string; readonly at: Instant; readonly judgement: Judgement }
  /** Not on the list. */
  | { readonly kind: 'unknown'; readonly domain: string }
  /** What was written is no domain. */
  | { readonly kind: 'unreadable' }
  /** We could not look. */
  | { readonly kind: 'blind'; readonly domain: string }
  | { readonly kind: 'busy' };

export interface SelfCheckDeps {
  readonly config: () => Pick<Config, 'selfCheck' | 'resolvers'>;
  readonly files: Pick<Files, 'readText'>;
  readonly examiner: Examiner;
  readonly clock: Pick<Clock, 'now'>;
  readonly timers: Timers;
  readonly log: Pick<Log, 'warn'>;
}

const keptMs = 30_000;
const atOnceMax = 4;
const queueMax = 32;

export class SelfCheck {
  readonly #deps: SelfCheckDeps;
  /** By domain: what is known of it, or will be. */
  readonly #answers = new Map<string, Promise<SelfAnswer>>();
  readonly #forgetting = new Set<() => void>();
  readonly #queue: (() => void)[] = [];
  #underWay = 0;
  #allowed: SelfCheckConfig | undefined;
  #domains: ReadonlySet<string> | undefined;

  constructor(deps: SelfCheckDeps) {
    this.#deps = deps;
  }

  /** Nothing is waited for any more; what is under way ends by itself. */
  stop(): void {
    for (const cancel of this.#forgetting) cancel();
  }

  async ask(written: string): Promise<SelfAnswer> {
    const { selfCheck } = this.#deps.config();
    const domain = domainIn(written);
    if (selfCheck === undefined || domain === undefined) return { kind: 'unreadable' };
    this.#follow(selfCheck);
    if (!this.#isHosted(domain, selfCheck)) return { kind: 'unknown', domain };
    const kept = this.#answers.get(domain);
    if (kept !== undefined) return kept;
    if (this.#queue.length >= queueMax) return { kind: 'busy' };
    const answer = this.#lookAt(domain, selfCheck);
    this.#answers.set(domain, answer);
    return answer;
  }

  // With every configuration that is taken, whatever has changed in it: the list is a file of its own.
  #follow(allowed: SelfCheckConfig): void {
    if (this.#allowed === allowed) return;
    this.#allowed = allowed;
    this.#domains = undefined;
    this.#answers.clear();
  }

  async #lookAt(domain: string, selfCheck: SelfCheckConfig): Promise<SelfAnswer> {
    const { config, examiner, clock } = this.#deps;
    await this.#turn();
    const { prefixes, nameServers, mailServers } = selfCheck;
    const { resolvers } = config();
    const facts = await examiner.examine({ domain, prefixes, nameServers, mailServers, resolvers });
    this.#giveWay();
    this.#forgetLater(domain);
    if (facts === undefined) return { kind: 'blind', domain };
    return { kind: 'judged', domain, at: clock.now(), judgement: judgeSite(facts) };
  }

  async #turn(): Promise<void> {
    if (this.#underWay < atOnceMax) this.#underWay += 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #giveWay(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#underWay -= 1;
    else next();
  }

  #forgetLater(domain: string): void {
    const answer = this.#answers.get(domain);
    const cancel = this.#deps.timers.after(keptMs, () => {
      this.#forgetting.delete(cancel);
      if (this.#answers.get(domain) === answer) this.#answers.delete(domain);
    });
    this.#forgetting.add(cancel);
  }

  #isHosted(domain: string, { domains: listed }: SelfCheckConfig): boolean {
    const domains = (this.#domains ??= this.#read(listed));
    if (domains === undefined) return false;
    return [domain, `www.${domain}`].some((name) => domains.has(name) || domains.has(hashOf(name)));
  }

  // It was in order when the configuration was taken; what has become of it since is told with the next reload.
  #read(listed: string): ReadonlySet<string> | undefined {
    try {
      const text = listed.includes('\n') ? listed : this.#deps.files.readText(listed, hostedDomains.bytesMax);
      return readDomains(text).domains;
    } catch {
      this.#deps.log.warn('self-check.no-list', {
        path: listed,
        advice: 'until it can be read, no domain is known',
      });
      return undefined;
    }
  }
}

const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex');
