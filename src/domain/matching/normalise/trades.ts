/**
 * Words that organisations have in common: how they are abbreviated, which of them say only what trade it is, and which
 * make another member of a group of companies.
 */

/** Canonical word → other spellings of it; singular and plural of a trade are one. */
const SPELLINGS: Readonly<Record<string, string>> = {
  international: 'intl int internacional internazionale internationale',
  national: 'natl nat',
  american: 'amer',
  manufacturing: 'mfg manuf mfrs manufacturers',
  brothers: 'bros brother',
  associates: 'assoc assocs associate',
  association: 'assn',
  university: 'univ universitat universite universidad universita',
  institute: 'inst',
  department: 'dept',
  service: 'services svc svcs serv srvs',
  technology: 'tech technologies technol techs',
  industry: 'ind inds industries indus',
  solution: 'solutions soln solns',
  system: 'systems sys syst',
  partner: 'partners ptnrs ptnr',
  property: 'properties prop props',
  enterprise: 'enterprises entp entpr',
  holding: 'holdings hldg hldgs',
  investment: 'investments invest invs invt',
  management: 'mgmt mgt mngmt',
  engineering: 'eng engr engrg engg',
  construction: 'constr const construct',
  insurance: 'ins insur',
  laboratory: 'laboratories lab labs',
  pharmaceutical: 'pharmaceuticals pharm pharma',
  foundation: 'fdn found fndn',
  hospital: 'hosp',
  center: 'ctr centre cntr',
  group: 'grp gruppe groupe grupo gruppo',
  equipment: 'equip eqpt',
  financial: 'fin finl',
  telecommunication: 'telecommunications telecom',
  supply: 'supplies sply',
  general: 'gen',
  distribution: 'dist distr distrib distributors distributor distributing',
  transportation: 'trans transport transports transp transporte',
  product: 'products prod prods',
  electric: 'elec electrical',
  restaurant: 'restaurants rest ristorante restaurante',
  delicatessen: 'deli',
  government: 'govt',
  company: 'cos companies',
  consulting: 'consultants consultant consult',
  development: 'dev dvlp devel',
  communication: 'communications comm comms',
  resource: 'resources',
  market: 'mkt mkts markets',
  saint: 'st',
  mount: 'mt',
  fort: 'ft',
  school: 'sch schools',
  district: 'dst',
  '1': 'first 1st one',
  '2': 'second 2nd two',
  '3': 'third 3rd three',
  '4': 'fourth 4th four',
  '5': 'fifth 5th five',
};

export const SPELLED: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([word, others]) =>
    others.split(' ').map((other): [string, string] => [other, word]),
  ),
);

/** What an organisation does or what sort it is: shared by thousands, so that nothing is found by it alone. */
export const TRADES: ReadonlySet<string> = new Set(
  `international national american manufacturing associates association university institute department service technology
  industry solution system partner property enterprise holding investment management engineering construction insurance
  laboratory pharmaceutical foundation hospital center group equipment financial telecommunication supply general
  distribution transportation product electric restaurant delicatessen consulting development communication resource market
  church school district bank trust fund capital energy oil gas medical health care clinic dental pharmacy law legal
  accounting media marketing advertising design studio printing publishing software computer data network security
  logistics shipping freight travel hotel inn motel cafe bar grill kitchen bakery pizza pizzeria diner tavern bistro store
  shop trading import export realty estate real builders roofing plumbing heating cooling air auto motors parts repair
  garage cleaning landscaping foods food beverage farm farms steel metal plastics chemical chemicals textile textiles paper
  wood furniture hardware tools machine machinery works mill mining global world united central premier quality advanced
  digital online home bau immobilien verwaltung beteiligung handel vertrieb spedition maschinenbau elektrotechnik
  metallbau autohaus backerei apotheke praxis conseil batiment immobilier construcciones servicios inmobiliaria costruzioni
  trasporti servizi immobiliare bouw beheer advies groep vastgoed bygg fastigheter konsult rakennus palvelu`.split(
    /\s+/,
  ),
);

/** A name with one of these more is another member of the group: the holding beside the firm, its fund, its real estate. */
export const DIVIDERS: ReadonlySet<string> = new Set(
  `holding management verwaltung verwaltungs beteiligung beteiligungs besitz international property realty estate immobilien
  immobilier immobiliare inmobiliaria vastgoed fastigheter leasing finance financial capital investment venture ventures fund
  trust foundation stiftung pension beheer`.split(/\s+/),
);

/** Words that no name of a person has, in the spellings that are none either: where nobody says what a record is of, they tell. */
export const TELLING: ReadonlySet<string> = new Set(
  `international intl internacional internazionale internationale manufacturing mfg mfrs manufacturers associates assoc assocs
  association assn university univ universitat universite universidad universita institute department dept service services
  svc svcs technology technologies industry industries solution solutions system systems enterprise enterprises holding
  holdings hldg hldgs investment investments management mgmt mgt engineering engrg construction insurance foundation fdn
  hospital clinic group grp gruppe groupe grupo gruppo equipment telecommunication telecommunications telecom supply supplies
  distribution distributors distributor distributing transportation transport transports transporte electric electrical
  restaurant restaurants ristorante restaurante delicatessen consulting consultants development communication
  communications logistics bistro diner hotel motel cafe grill bakery tavern pizzeria pharmacy company companies bau
  immobilien spedition maschinenbau autohaus apotheke construcciones costruzioni trasporti bygg`.split(/\s+/),
);
