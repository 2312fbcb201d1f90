/**
 * Legal forms as they are written in many countries → the form they stand for. Two organisations of one name and of two
 * forms are two parties, so what only spells a form differently must give one and the same.
 */

/** Forms of several words, long ones first. Sources: ISO 20275 (Entity Legal Forms), and how registers abbreviate them. */
export const FORM_PHRASES: readonly (readonly [written: string, form: string])[] = [
  ['obshchestvo s ogranichennoy otvetstvennostyu', 'llc'],
  ['spolka z ograniczona odpowiedzialnoscia', 'spzoo'],
  ['gesellschaft mit beschrankter haftung', 'gmbh'],
  ['societatea cu raspundere limitata', 'srl'],
  ['societe a responsabilite limitee', 'srl'],
  ['societe par actions simplifiee', 'sas'],
  ['societa a responsabilita limitata', 'srl'],
  ['sociedad de responsabilidad limitada', 'srl'],
  ['public limited company', 'plc'],
  ['public joint stock company', 'jsc'],
  ['closed joint stock company', 'jsc'],
  ['open joint stock company', 'jsc'],
  ['joint stock company', 'jsc'],
  ['aktsionernoe obshchestvo', 'jsc'],
  ['limited liability partnership', 'llp'],
  ['limited liability company', 'llc'],
  ['professional corporation', 'pc'],
  ['limited partnership', 'lp'],
  ['besloten vennootschap', 'bv'],
  ['naamloze vennootschap', 'nv'],
  ['societa per azioni', 'spa'],
  ['sociedad anonima', 'sa'],
  ['sociedad limitada', 'sl'],
  ['societe anonyme', 'sa'],
  ['kabushiki kaisha', 'kk'],
  ['private limited', 'ltd'],
  ['eingetragener kaufmann', 'ek'],
  ['eingetragener verein', 'ev'],
  ['sp z o o', 'spzoo'],
  ['sp z oo', 'spzoo'],
  ['sp zoo', 'spzoo'],
  ['sdn bhd', 'bhd'],
  ['co ltd', 'ltd'],
  ['pty ltd', 'ltd'],
  ['pte ltd', 'ltd'],
  ['pvt ltd', 'ltd'],
];

const table = (rows: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(rows).flatMap(([form, written]) => written.split(' ').map((word): [string, string] => [word, form])),
  );

/** Words that mean a legal form wherever they stand. What is called a company may have any form. */
export const CLEAR_FORMS = table({
  gmbh: 'gmbh mbh',
  ug: 'haftungsbeschrankt',
  kg: 'kommanditgesellschaft',
  ag: 'aktiengesellschaft',
  ltd: 'ltd limited pty pte pvt ltda',
  plc: 'plc',
  inc: 'inc incorporated corp corporation',
  llc: 'llc pllc ooo',
  llp: 'llp lllp',
  co: 'co company cie',
  srl: 'sarl srl srls sarlu srlcv',
  sas: 'sasu',
  sa: 'sacv',
  spa: 'spa',
  ab: 'aktiebolag publ',
  hb: 'handelsbolag',
  jsc: 'oao ojsc pao zao jsc pjsc cjsc',
  spzoo: 'spzoo',
  kft: 'kft',
  doo: 'doo',
  sro: 'sro',
  bhd: 'bhd',
  aps: 'aps',
  oyj: 'oyj',
});

/** Words that are a legal form behind a name, and elsewhere part of it: AB Electric, AS Roma. */
export const LAST_FORMS = table({
  ag: 'ag',
  kg: 'kg',
  ohg: 'ohg',
  gbr: 'gbr',
  ug: 'ug',
  ek: 'ek ekfm',
  ev: 'ev',
  eg: 'eg',
  se: 'se',
  lp: 'lp',
  pc: 'pc',
  sa: 'sa cv',
  sas: 'sas',
  sl: 'sl slu',
  snc: 'snc',
  sci: 'sci',
  bv: 'bv bvba',
  nv: 'nv',
  vof: 'vof',
  ab: 'ab',
  hb: 'hb kb',
  as: 'as asa',
  oy: 'oy abp',
  jsc: 'ao',
  kk: 'kk',
  zrt: 'zrt nyrt',
});

/** Words that are a legal form before a name: PT Astra, SAS Dupont, UAB Medis. */
export const FIRST_FORMS = table({ pt: 'pt', uab: 'uab', sas: 'sas', sci: 'sci', jsc: 'ao', ev: 'ev' });

/** Of several forms behind a name: GmbH & Co. KG is a KG, Oyj Abp an Oyj, Ltd Co a Ltd. */
export function formOf(found: readonly string[]): string {
  if (found.includes('kg')) return 'kg';
  return found.find((form) => form !== 'co') ?? found[0] ?? '';
}
