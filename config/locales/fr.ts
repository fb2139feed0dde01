// French, the language of the members.
import type { Messages } from './en.ts';
import { durations, frenchDays, latencies, momentOf } from './time.ts';

const day = frenchDays({ weekday: 'long', day: 'numeric', month: 'long' });
const date = frenchDays({ day: 'numeric', month: 'long' });
const dateAndYear = frenchDays({ day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = frenchDays({ weekday: 'short', day: 'numeric', month: 'short' });
const list = new Intl.ListFormat('fr-FR');
const latency = latencies('fr-FR');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** No-break spaces and apostrophes where French typography wants them; what is put in stays as it is. */
const t = (texts: TemplateStringsArray, ...values: readonly string[]): string =>
  texts
    .map((text) =>
      text
        .replaceAll(/ (?=[:»])/g, '\u00a0')
        .replaceAll('« ', '«\u00a0')
        .replaceAll(/ (?=[;!?])/g, '\u202f')
        .replaceAll("'", '’'),
    )
    .reduce((sum, text, index) => sum + (values[index - 1] ?? '') + text);

const clock = (at: number, now: number, timezone: string): string => {
  const { hour, minute, zone } = momentOf(at, now, timezone);
  return `${hour}\u00a0h\u00a0${minute}${zone === undefined ? '' : ` (${zone})`}`;
};

/** After a colon, what is said is right for any name: it agrees with none of them. */
const about = (names: readonly string[], what: string): string => t`${list.format(names)} : ${what}`;
const counted =
  (other: string) =>
  (count: number, of: number): string =>
    `${count} services sur ${of} ${other}.`;

export const fr = {
  name: 'Français',
  tagline: 'état des services',
  languages: 'Langues',
  title: (headline, organisation) => `${headline} – ${organisation}`,
  time: {
    since: (at, now, timezone) => {
      const { daysAgo, isThisYear } = momentOf(at, now, timezone);
      const time = clock(at, now, timezone);
      if (daysAgo === 0) return time;
      if (daysAgo === 1) return `hier à ${time}`;
      return `le ${(isThisYear ? date : dateAndYear)(at, timezone)} à ${time}`;
    },
    until: (at, now, timezone) => {
      const { daysAgo, isThisYear } = momentOf(at, now, timezone);
      const time = clock(at, now, timezone);
      if (daysAgo === 0) return t`jusqu'à ${time}`;
      if (daysAgo === -1) return t`jusqu'à demain ${time}`;
      return t`jusqu'au ${(isThisYear ? date : dateAndYear)(at, timezone)} à ${time}`;
    },
    between: (from, until, timezone) => {
      const [start, end] = [clock(from, from, timezone), clock(until, until, timezone)];
      const isOneDay = momentOf(from, until, timezone).daysAgo === 0;
      return isOneDay
        ? `Le ${day(from, timezone)}, de ${start} à ${end}`
        : `Du ${day(from, timezone)} à ${start} au ${day(until, timezone)} à ${end}`;
    },
    lasting: (at, timezone) => `${dateAndYear(at, timezone)} à ${clock(at, at, timezone)}`,
    full: (at, timezone) => `${day(at, timezone)} à ${clock(at, at, timezone)}`,
    short: (at, now, timezone) => {
      const { daysAgo } = momentOf(at, now, timezone);
      const time = clock(at, now, timezone);
      if (daysAgo === 0) return t`aujourd'hui, ${time}`;
      return daysAgo === 1 ? `hier, ${time}` : `${shortDay(at, timezone)}, ${time}`;
    },
    duration: durations({ days: 'j', hours: 'h', minutes: 'min', seconds: 's' }),
  },
  headline: {
    up: 'Tout fonctionne.',
    none: t`Aucun service n'est publié ici.`,
    nothingKnown: t`L'état des services est inconnu.`,
    blind: (since) => `Nous ne voyons plus les services depuis ${since}.`,
    unfit: (since) => `Nous ne pouvons plus mesurer depuis ${since}.`,
    troubled: (names, what) => `${about(names, what)}.`,
    dragged: (names) => t`Cela touche aussi : ${list.format(names)}.`,
    draggedMany: (count) => `Cela touche aussi ${count} autres services.`,
  },
  count: {
    down: counted('sont en panne'),
    partial: counted('sont en partie en panne'),
    slow: counted('répondent lentement'),
    degraded: counted('fonctionnent mal'),
    unknown: (count, of) => t`L'état de ${String(count)} services sur ${String(of)} est inconnu.`,
    maintenance: counted('sont en maintenance'),
    expiring: counted('ont un certificat à renouveler'),
  },
  worksForNow: t`Tout fonctionne pour l'instant.`,
  restWorks: 'Tout le reste fonctionne.',
  blind: t`C'est notre propre accès au réseau qui est coupé : les services fonctionnent peut-être très bien. Rien n'est compté pour ou contre eux pendant ce temps.`,
  nothingKnown: t`Cela ne veut pas dire qu'ils sont en panne : nous n'en avons pas de mesure récente.`,
  unfit: t`C'est notre propre machine qui n'est pas en état : les services fonctionnent peut-être très bien. Rien n'est compté pour ou contre eux pendant ce temps.`,
  unmeasured: (where, since) => t`${where} : mesure impossible depuis ${since}.`,
  demonstration: t`Ceci est une démonstration. Vigie a lancé de petits serveurs à elle et les sonde pour de vrai ; ce ne sont les services de personne, et leur passé est inventé.`,
  measuredAt: (when) => `Mesuré le ${when}. Rechargez la page pour des nouvelles plus récentes.`,
  state: {
    up: 'fonctionne',
    expiring: 'certificat à renouveler',
    slow: 'réponses lentes',
    degraded: 'service perturbé',
    partial: 'panne partielle',
    down: 'en\u00a0panne',
    unknown: 'état inconnu',
    maintenance: 'en maintenance',
  },
  since: (what, when) => `${what} depuis ${when}`,
  flapping: 'Son état change sans cesse.',
  overLoss: t`Sur le chemin de nos mesures, des données se perdent : sa vitesse n'est pas jugée.`,
  maintenance: {
    heading: 'Travaux annoncés',
    underWay: (until) => `maintenance en cours ${until}`,
    touched: (names) => t`Peut être touché : ${list.format(names)}.`,
  },
  places: (reachable, unreachable) =>
    t`Accessible depuis : ${list.format(reachable)}. Inaccessible depuis : ${list.format(unreachable)}.`,
  services: 'Services',
  otherServices: 'Autres services',
  legend: 'Légende',
  days: {
    summary: (days, { down, degraded }) =>
      about(
        [`Ces ${days} derniers jours`],
        `${list.format([
          ...(down > 0 ? [`${down} avec une panne`] : []),
          ...(degraded > 0 ? [`${degraded} avec un service perturbé`] : []),
          ...(down + degraded === 0 ? [t`aucune interruption n'a été enregistrée`] : []),
        ])}.`,
      ),
    heading: (days) => `${days} jours`,
    notSeen: 'pas encore mesuré',
    was: {
      down: (length) => `en panne ${length}`,
      degraded: (length) => `lent ou perturbé ${length}`,
    },
  },
  outages: {
    open: 'En ce moment',
    recent: 'Ces quatorze derniers jours',
    none: t`Aucune interruption n'a été enregistrée.`,
    noOther: t`Aucune autre interruption n'a été enregistrée.`,
    began: (when, length) => t`Depuis le ${when}, soit ${length} pour l'instant.`,
    unseenFor: (length) => t`Pendant ${length} de plus, nous n'avons rien vu.`,
    unseen: t`Nous ne savons pas ce qu'il en est maintenant : nous ne voyons plus ce service.`,
    when: 'Quand',
    what: 'Quoi',
    length: 'Durée',
    title: (service, what) => about([service], what),
  },
  measuring: {
    heading: 'Comment nous mesurons',
    text: [
      t`Jour et nuit, un programme se sert de chaque service comme le ferait un membre, et note ce qu'il en est.`,
      t`Une interruption commence à la première mesure manquée et se termine à la première réussie, même si nous ne l'annonçons qu'une fois confirmée.`,
      t`Les moments où nous n'avons rien vu sont dits « inconnus » et ne comptent ni pour ni contre. Le temps des travaux annoncés est compté à part.`,
    ],
  },
  privacy: 'Aucun cookie, aucun traceur, aucune adresse gardée.',
  api: 'Les mêmes données (API)',
  site: (organisation) => `Le site de ${organisation}`,
  slowPart: {
    connecting: 'Se connecter prend trop de temps.',
    reading: 'Les lectures sont lentes.',
    writing: 'Les écritures sont lentes.',
  },
  speed: (tookMs, usualMs) =>
    usualMs === undefined
      ? `répond en ${latency(tookMs)}`
      : t`${latency(tookMs)}, d'habitude ${latency(usualMs)}`,
  slowness: ({ slowPart, kind, tookMs, usualMs }) => {
    const what = {
      connecting: 'se connecter prend plus de temps',
      reading: 'les lectures en base sont lentes',
      writing: 'les écritures en base sont lentes',
      other: 'les réponses sont lentes',
    }[slowPart ?? 'other'];
    const how = capital(kind === 'tail' ? `par moments, ${what}` : what);
    return t`${how} : ${latency(tookMs)}, d'habitude ${latency(usualMs)}`;
  },
  consequence: {
    connecting: 'Toute page qui en a besoin peut vous faire attendre.',
    reading: 'Un site qui consulte quelque chose peut vous faire attendre.',
    writing: 'Un site qui enregistre quelque chose peut vous faire attendre.',
  },
  because: {
    down: (root) => t`Inaccessible : incident en cours sur ${root}.`,
    degraded: (root) => t`Perturbé : incident en cours sur ${root}.`,
    planned: (root) => t`Conséquence de travaux annoncés sur ${root}.`,
    past: (root) => t`Conséquence d'un incident sur ${root}.`,
  },
  cause: {
    dns_nxdomain: 'Son nom de domaine est introuvable.',
    dns_servfail: 'Les serveurs de noms répondent par une erreur.',
    dns_timeout: 'Les serveurs de noms ne répondent pas.',
    dns_no_address: 'Son nom ne mène à aucune adresse.',
    dnssec_bogus: 'Les signatures de son nom de domaine ne sont pas valables.',
    dnssec_expiring: 'Les signatures de son nom de domaine expirent bientôt.',
    dnssec_insecure: 'Son nom de domaine n’est pas protégé par des signatures, alors qu’il devrait l’être.',
    refused: 'Le serveur refuse les connexions.',
    reset: 'Le serveur coupe les connexions.',
    unreachable: 'Aucun chemin du réseau ne mène au serveur.',
    timeout_connect: 'Le serveur ne répond pas aux demandes de connexion.',
    timeout_tls: t`La connexion sécurisée ne s'établit pas à temps.`,
    timeout_reply: t`La réponse n'arrive pas à temps.`,
    tls_expired: 'Le certificat de sécurité a expiré.',
    tls_not_yet_valid: t`Le certificat de sécurité n'est pas encore valable.`,
    tls_expiring: 'Le certificat de sécurité expire bientôt.',
    tls_name: 'Le certificat de sécurité est au nom de quelqu’un d’autre.',
    tls_chain: t`Le certificat de sécurité n'est pas reconnu par les navigateurs.`,
    tls_self_signed: 'Personne ne se porte garant du certificat de sécurité.',
    tls_proto: 'La connexion sécurisée échoue.',
    host_key_changed: 'Le serveur présente une autre identité que celle que nous connaissons.',
    bad_status: 'Le serveur répond par une erreur.',
    bad_body: t`La page n'a pas le contenu attendu.`,
    bad_answer: t`La réponse n'est pas celle qui est attendue.`,
    bad_value: 'Ce que nous mesurons sort de ses limites.',
    auth_failed: t`L'identification échoue.`,
    protocol: 'Le serveur répond de façon incompréhensible.',
    too_many_connections: t`Le serveur est saturé : trop de connexions à la fois.`,
    read_only: 'Les lectures fonctionnent, les écritures non.',
    data_channel: 'La connexion fonctionne, l’échange de fichiers non.',
    lock_wait: 'Les écritures attendent leur tour trop longtemps.',
    loss: 'Une partie de ce qui est envoyé se perd en chemin.',
    uplink_down: t`Notre liaison avec l'Internet est coupée.`,
    uplink_partial: t`Une partie de l'Internet est injoignable.`,
    link_down: 'Un câble ou un port du réseau est mort.',
    saturated: 'Une liaison du réseau est saturée.',
    session_down: 'La liaison avec un réseau voisin est coupée.',
    routes_lost: t`Une partie des chemins vers l'Internet, ou depuis lui, manque.`,
    wrong_origin: t`Quelqu'un d'autre annonce nos adresses à l'Internet.`,
    slow: 'Les réponses arrivent trop lentement.',
    stale: t`Il n'y a pas de nouvelles depuis trop longtemps.`,
    job_failed: 'La tâche prévue a échoué.',
    deferred: 'Le serveur remet le courrier à plus tard.',
    rejected: 'Le serveur refuse le courrier.',
    undelivered: t`Le courrier envoyé n'arrive pas.`,
    listed: t`Nos messages risquent d'être refusés : nos serveurs sont sur une liste de blocage.`,
  },
} satisfies Messages;
