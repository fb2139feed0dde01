// « Est-ce mon site ? »: the form, and the page that answers it. Nothing on it was written by the site itself.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language } from '../../config/config.ts';
import { selfCheckWords } from '../../config/locales/self-check.ts';
import type { Finding, SelfAnswer, Verdict } from '../../server/app/self-check.ts';
import type { PublishedService, PublishedStatus } from '../../server/app/publish.ts';
import { sitePath } from '../stories/paths.ts';
import { shape } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { shell, wordsOf } from './shell.ts';
import type { StatusPage } from './shell.ts';
import { troubleOf } from './trouble.ts';

/** On the front page. */
export const selfCheckSection = (status: PublishedStatus, language: Language) => {
  if (status.selfCheck === undefined) return nothing;
  const { heading, lead } = selfCheckWords[language];
  return html`<section class="self-check" id="site">
    <h2>${heading}</h2>
    <p>${lead}</p>
    ${form(status, language)}
  </section>`;
};

/** Before anybody has asked. */
export const selfCheckPage = (asked: StatusPage) => {
  const { heading, lead } = selfCheckWords[asked.language];
  return shell(asked, {
    sentences: [heading, lead],
    path: sitePath,
    content: html`<h1>${heading}</h1>
      <p class="lede">${lead}</p>
      ${form(asked.status, asked.language)}`,
  });
};

export interface SelfCheckAnswer extends StatusPage {
  readonly answer: SelfAnswer;
  /** As people write it: with its accents. */
  readonly site: string | undefined;
}

/** The domain is sent in a body, and not in an address: those are written into histories and logs. */
const form = ({ demonstration }: PublishedStatus, language: Language, site?: string) => {
  const { label, example, submit, privacy, staged } = selfCheckWords[language];
  return html`<form class="ask" method="post" action="/${language}${sitePath}">
    <label for="domain">${label}</label>
    <div>
      <input
        id="domain"
        name="domain"
        required
        maxlength="300"
        inputmode="url"
        autocapitalize="none"
        autocomplete="off"
        spellcheck="false"
        placeholder=${example}
        value=${site ?? ''}
        aria-describedby="domain-privacy"
      />
      <button>${submit}</button>
    </div>
    <p class="aside" id="domain-privacy">${privacy}</p>
    ${demonstration ? html`<p class="aside">${staged}</p>` : nothing}
  </form>`;
};

export const selfCheckAnswer = ({ answer, site, ...asked }: SelfCheckAnswer) => {
  const { status, language } = asked;
  const words = selfCheckWords[language];
  const troubled = status.services.filter(
    (service) => isToBlame(service) && status.selfCheck?.services.includes(service.id),
  );
  const [headline, text] =
    answer.kind === 'judged'
      ? words.verdict[toldVerdict(answer.judgement.verdict, troubled.length > 0)]
      : words.refusal[answer.kind];
  const look =
    answer.kind === 'judged' ? verdictShapes[answer.judgement.verdict] : ('unknown' as const satisfies Shape);
  return shell(asked, {
    sentences: [headline, text],
    path: sitePath,
    content: html`<p class="asked">${site ?? words.heading}</p>
      <h1>${shape(look)} ${headline}</h1>
      <p class="lede">${text}</p>
      ${outages(troubled, asked)}
      ${answer.kind === 'judged' ? steps(answer, site ?? answer.domain, asked) : nothing}
      <section class="self-check">
        <h2>${words.heading}</h2>
        ${form(status, language, site)}
      </section>`,
  });
};

const isToBlame = (service: PublishedService): boolean =>
  service.state === 'down' || service.state === 'maintenance' || troubleOf(service) === 'degraded';

/** An outage of ours explains what is ours, or might be; not what its owner has to mend. */
const toldVerdict = (verdict: Verdict, isTroubled: boolean): Verdict | 'known' =>
  isTroubled && (verdict === 'ours' || verdict === 'unclear') ? 'known' : verdict;

const verdictShapes: Readonly<Record<Verdict, Shape>> = {
  works: 'up',
  'for-some': 'partial',
  yours: 'down',
  ours: 'down',
  unclear: 'unknown',
};

const outages = (troubled: readonly PublishedService[], { status, language }: StatusPage) => {
  if (troubled.length === 0) return nothing;
  const { time, outages, state, since } = wordsOf(language).messages;
  const { generatedAt, organisation } = status;
  return html`<section class="open">
    <h2>${selfCheckWords[language].outages}</h2>
    ${troubled.map((service) => {
      const trouble = troubleOf(service) ?? 'unknown';
      const when = time.since(service.since, generatedAt, organisation.timezone);
      const said = outages.title(service.name[language], since(state[trouble], when));
      return html`<article class=${trouble}><p>${said}.</p></article>`;
    })}
  </section>`;
};

type Judged = Extract<SelfAnswer, { kind: 'judged' }>;

const steps = ({ judgement, at }: Judged, site: string, { status, language }: StatusPage) => {
  const words = selfCheckWords[language];
  const when = wordsOf(language).messages.time.full(at, status.organisation.timezone);
  return html`<section class="seen">
    <h2>${words.seen}</h2>
    <ol>
      ${judgement.findings.map((finding) => step(finding, site, language))}
    </ol>
    <p class="aside">${words.lookedAt(when)}</p>
  </section>`;
};

const findingShapes: Readonly<Record<Finding['hurts'], Shape>> = {
  nobody: 'up',
  soon: 'expiring',
  some: 'partial',
  all: 'down',
};

const step = (finding: Finding, site: string, language: Language) => {
  const words = selfCheckWords[language];
  const { whose, hurts } = finding;
  const { what } = words.finding[finding.kind];
  const todo = todoOf(finding, language);
  return html`<li>
    ${shape(findingShapes[hurts])}
    <div>
      <h3>
        ${words.step[finding.step]}${whose === 'nobody' ? nothing : html` <span>${words.whose[whose]}</span>`}
      </h3>
      <p>${typeof what === 'string' ? what : what(site)}</p>
      ${hurts === 'some' && finding.step !== 'addresses' ? html`<p class="aside">${words.some}</p>` : nothing}
      ${todo === undefined ? nothing : html`<p class="todo">${todo}</p>`}
    </div>
  </li>`;
};

const todoOf = (finding: Finding, language: Language): string | undefined => {
  const words = selfCheckWords[language];
  if (finding.whose === 'nobody') return undefined;
  if (finding.step === 'addresses') return words.addresses[finding.servers];
  const { todo } = words.finding[finding.kind];
  return typeof todo === 'string' ? todo : todo?.[finding.whose];
};
