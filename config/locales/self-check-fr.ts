// « Est-ce mon site ? » in French, for somebody who has a site and knows nothing of what carries it.
import type { SelfCheckWords } from './self-check-words.ts';

export const fr: SelfCheckWords = {
  heading: 'Est-ce mon site\u202f?',
  lead: 'Votre site ne répond pas\u202f? Écrivez son nom\u00a0: nous le regardons de l’extérieur, et nous vous disons ce qui ne va pas, et à qui de le régler.',
  label: 'Le nom de votre site',
  example: 'theatre.fr',
  submit: 'Regarder',
  privacy: 'Pour les sites que nous hébergeons. Ce nom n’est noté nulle part.',
  staged:
    'Dans cette démonstration, essayez theatre.example, cinema.example, chorale.example, librairie.example ou ancien.example\u00a0: ce qu’on en voit est préparé d’avance.',
  verdict: {
    works: [
      'Votre site répond.',
      'Si vous ne le voyez pas, cela vient sans doute de votre connexion ou de votre appareil\u00a0: essayez avec un autre.',
    ],
    'for-some': [
      'Votre site répond, mais pas à tout le monde.',
      'Selon leur connexion, ou l’adresse qu’ils écrivent, une partie de vos visiteurs ne le voit pas.',
    ],
    yours: [
      'C’est à régler de votre côté.',
      'Nos serveurs n’y sont pour rien, et nous ne pouvons pas le faire à votre place. Voici où chercher.',
    ],
    ours: ['C’est à nous de le régler.', 'Vous n’avez rien à faire.'],
    known: [
      'C’est chez nous, et nous le savons.',
      'Vous n’avez rien à faire\u00a0: votre site reviendra avec le reste.',
    ],
    unclear: [
      'Nous ne pouvons pas dire d’où cela vient.',
      'Ce que nous avons vu ne suffit pas. Réessayez dans quelques minutes, et si cela dure, écrivez-nous.',
    ],
  },
  refusal: {
    unknown: [
      'Ce nom n’est pas parmi ceux que nous hébergeons.',
      'Vérifiez comment il est écrit. Si le site est chez un autre hébergeur, lui seul peut vous répondre\u202f; s’il devrait être chez nous, écrivez-nous.',
    ],
    unreadable: [
      'Ce n’est pas le nom d’un site.',
      'Écrivez-le comme en haut de votre navigateur\u00a0: theatre.fr, par exemple.',
    ],
    blind: [
      'Nous n’avons pas pu regarder.',
      'C’est notre propre vérification qui ne marche pas en ce moment. Cela ne dit rien de votre site. Réessayez dans une minute.',
    ],
    busy: ['Trop de demandes à la fois.', 'Réessayez dans une minute.'],
  },
  outages: 'En ce moment, de notre côté\u00a0:',
  seen: 'Ce que nous avons vu',
  step: {
    name: 'Le nom',
    addresses: 'L’adresse',
    certificate: 'La connexion sécurisée',
    page: 'La page d’accueil',
    mail: 'Le courrier',
  },
  whose: { yours: 'à vous de le régler', ours: 'à nous de le régler', unknown: 'à qui de le régler\u202f?' },
  some: 'Une partie de vos visiteurs seulement s’en aperçoit.',
  finding: {
    named: { what: 'Il est connu de l’Internet.' },
    'named-elsewhere': {
      what: 'Il est connu de l’Internet, et géré ailleurs que chez nous. C’est très bien, si vous l’avez voulu.',
    },
    lapsed: {
      what: 'Il n’existe pas, ou plus, sur l’Internet.',
      todo: 'Un nom se loue, le plus souvent à l’année. Voyez chez qui vous l’avez acheté s’il est à renouveler\u202f; s’il est payé, demandez-lui pourquoi il n’est plus publié.',
    },
    bogus: {
      what: 'Les signatures qui le protègent (DNSSEC) ne sont pas valables\u00a0: la plupart de vos visiteurs ne le trouvent plus.',
      todo: {
        yours:
          'Demandez à qui gère ce nom de réparer ces signatures, ou de les retirer chez qui vous l’avez acheté.',
        ours: 'C’est à nous de les réparer. Si vous venez de changer quelque chose chez qui vous avez acheté le nom, dites-le-nous.',
        unknown: 'Demandez à qui gère ce nom de les réparer, ou de les retirer.',
      },
    },
    unanswered: {
      what: 'Les serveurs qui le gèrent ne répondent pas.',
      todo: {
        yours: 'Demandez à qui gère ce nom, chez qui vous l’avez acheté le plus souvent, ce qui se passe.',
        ours: 'C’est à nous de les remettre en marche.',
        unknown: 'Demandez à qui gère ce nom ce qui se passe. Si c’est nous, écrivez-nous.',
      },
    },
    addressed: { what: 'Le nom mène chez nous.' },
    unaddressed: { what: 'Le nom existe, mais ne mène nulle part\u00a0: aucune adresse n’y est écrite.' },
    astray: {
      what: 'Le nom mène ailleurs que chez nous\u00a0: ce que voient vos visiteurs, ou ne voient pas, ne vient pas d’ici.',
    },
    'astray-four': {
      what: 'Selon leur connexion, vos visiteurs arrivent chez nous ou ailleurs\u00a0: l’adresse IPv4 (A) du nom n’est pas la nôtre.',
    },
    'astray-six': {
      what: 'Selon leur connexion, vos visiteurs arrivent chez nous ou ailleurs\u00a0: l’adresse IPv6 (AAAA) du nom n’est pas la nôtre.',
    },
    'astray-some': {
      what: 'Le nom mène tantôt chez nous, tantôt ailleurs\u00a0: il porte plusieurs adresses, dont certaines ne sont pas les nôtres.',
    },
    'www-missing': {
      what: (site) => `www.${site} ne mène nulle part. ${site}, sans www, mène bien chez nous.`,
    },
    'www-astray': {
      what: (site) => `www.${site} mène ailleurs que chez nous. ${site}, sans www, mène bien chez nous.`,
    },
    'bare-missing': {
      what: (site) => `${site}, sans www, ne mène nulle part. www.${site} mène bien chez nous.`,
    },
    'bare-astray': {
      what: (site) => `${site}, sans www, mène ailleurs que chez nous. www.${site} mène bien chez nous.`,
    },
    certified: { what: 'Elle fonctionne.' },
    expiring: {
      what: 'Elle fonctionne, mais son certificat expire bientôt.',
      todo: 'C’est à nous de le renouveler\u202f; d’habitude, cela se fait tout seul.',
    },
    expired: {
      what: 'Son certificat a expiré\u00a0: les navigateurs avertissent vos visiteurs, ou les arrêtent.',
      todo: 'C’est à nous de le renouveler. Si cela dure plus de quelques heures, écrivez-nous.',
    },
    'not-yet': {
      what: 'Son certificat n’est pas encore valable\u00a0: les navigateurs avertissent vos visiteurs, ou les arrêtent.',
      todo: 'C’est à nous de le changer.',
    },
    'other-name': {
      what: 'Son certificat est au nom d’un autre site\u00a0: les navigateurs avertissent vos visiteurs, ou les arrêtent.',
      todo: 'C’est à nous d’en mettre un à votre nom. Si vous venez d’ajouter ce nom, attendez une heure\u202f; sinon, écrivez-nous.',
    },
    untrusted: {
      what: 'Personne que les navigateurs connaissent ne garantit son certificat\u00a0: ils avertissent vos visiteurs, ou les arrêtent.',
      todo: 'C’est à nous de le changer. Si cela dure plus de quelques heures, écrivez-nous.',
    },
    broken: { what: 'Elle ne s’établit pas.', todo: 'C’est à nous de la réparer.' },
    missing: {
      what: 'Il n’y en a pas\u00a0: le site ne répond qu’à qui vient sans «\u00a0https\u00a0».',
      todo: 'C’est à nous de l’ajouter. Si cela dure plus de quelques heures, écrivez-nous.',
    },
    answers: { what: 'Elle répond.' },
    'leads-away': {
      what: 'Elle envoie vos visiteurs vers un autre site, que nous n’avons pas regardé. C’est très bien, si vous l’avez voulu.',
    },
    loops: {
      what: 'Elle renvoie sans fin d’une adresse à l’autre.',
      todo: 'Dans les réglages de votre site, vérifiez son adresse (avec ou sans «\u00a0https\u00a0», avec ou sans «\u00a0www\u00a0») et ses redirections, surtout si vous venez d’y toucher.',
    },
    fails: {
      what: 'Notre serveur répond, mais le programme de votre site s’arrête sur une erreur.',
      todo: 'Le plus souvent, c’est une extension ou une mise à jour\u00a0: annulez la dernière, ou demandez à qui a fait le site de lire son journal d’erreurs. Si rien n’a changé, écrivez-nous.',
    },
    'fails-here': {
      what: 'Elle n’est pas disponible\u00a0: ce qui fait tourner votre site, derrière notre serveur, ne répond pas.',
      todo: 'C’est à nous de le remettre en marche, à moins que vous n’ayez mis vous-même votre site en maintenance.',
    },
    forbidden: {
      what: 'Notre serveur n’a pas le droit de la montrer.',
      todo: 'Vérifiez que votre site a une page d’accueil (index.html ou index.php) et que ses droits permettent de la lire.',
    },
    'not-found': {
      what: 'Il n’y a pas de page d’accueil.',
      todo: 'Vérifiez que votre site est dans le bon dossier, et qu’il y a une page d’accueil (index.html ou index.php).',
    },
    refuses: {
      what: 'Votre site refuse de répondre à notre visite.',
      todo: 'Voyez dans ses réglages ce qui écarte des visiteurs\u00a0: une protection contre les robots, par exemple.',
    },
    silent: { what: 'Notre serveur ne répond pas.', todo: 'C’est à nous de le remettre en marche.' },
    'mail-here': { what: 'Il arrive chez nous.' },
    'mail-elsewhere': {
      what: 'Il n’arrive pas chez nous, mais chez un autre. C’est très bien, si vous l’avez voulu.',
    },
    'mail-both': {
      what: 'Il arrive tantôt chez nous, tantôt chez un autre.',
      todo: 'Parmi les serveurs de courrier (MX) de ce nom, ne gardez que les nôtres, ou que les leurs.',
    },
    'mail-nowhere': { what: 'Ce nom ne reçoit pas de courrier.' },
    'no-spf': {
      what: 'Il arrive chez nous, mais rien ne dit qui peut en envoyer en votre nom\u00a0: vos messages risquent d’être pris pour des indésirables.',
      todo: 'Ajoutez à ce nom un enregistrement SPF, ou demandez-nous de le faire.',
    },
    'spf-twice': {
      what: 'Il arrive chez nous, mais deux règles (SPF) disent qui peut en envoyer en votre nom, et aucune ne vaut\u00a0: vos messages risquent d’être pris pour des indésirables.',
      todo: 'Réunissez-les en une seule.',
    },
  },
  addresses: {
    ours: 'Les adresses de ce nom se règlent dans votre espace chez nous. Si vous ne savez pas lesquelles y écrire, écrivez-nous.',
    others:
      'Les adresses de ce nom se règlent chez qui le gère, le plus souvent là où vous l’avez acheté. Si vous ne savez pas lesquelles y écrire, écrivez-nous. Un changement met parfois une journée à être vu partout.',
    unknown:
      'Les adresses de ce nom se règlent chez qui le gère. Si vous ne savez pas lesquelles y écrire, écrivez-nous.',
  },
  lookedAt: (when) => `Regardé le ${when}. La même réponse vaut pendant une demi-minute.`,
};
