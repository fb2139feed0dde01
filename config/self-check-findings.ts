// What can be found of a member's site, step by step: the judgement's names, and each has its words in every language.
export type NameFinding = 'named' | 'named-elsewhere' | 'lapsed' | 'bogus' | 'unanswered';
export type AddressFinding =
  | 'addressed'
  | 'unaddressed'
  | 'astray'
  | 'astray-four'
  | 'astray-six'
  | 'astray-some'
  | 'www-missing'
  | 'www-astray'
  | 'bare-missing'
  | 'bare-astray';
export type CertificateFinding =
  | 'certified'
  | 'expiring'
  | 'expired'
  | 'not-yet'
  | 'other-name'
  | 'untrusted'
  | 'broken'
  | 'missing';
export type PageFinding =
  | 'answers'
  | 'leads-away'
  | 'loops'
  | 'fails'
  | 'fails-here'
  | 'forbidden'
  | 'not-found'
  | 'refuses'
  | 'silent';
export type MailFinding =
  | 'mail-here'
  | 'mail-elsewhere'
  | 'mail-both'
  | 'mail-nowhere'
  | 'no-spf'
  | 'spf-twice';
