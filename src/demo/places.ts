/** The countries where people live: how they are called there, and in what they pay. Streets are made up; telephone numbers reach nobody. */

export interface Country {
  readonly code: string;
  readonly zone: string;
  readonly currency: string;
  /** Price in this currency of what costs one euro. */
  readonly rate: number;
  /** `number` is what tells one telephone from another; up to seven digits. */
  readonly mobile: (number: string) => string;
  readonly landline: (number: string) => string;
  readonly legalForms: readonly string[];
  /** locality, postal code, region. */
  readonly towns: readonly (readonly [locality: string, code: string, region?: string])[];
  readonly streets: readonly string[];
}

const german = [
  'Hafenstraße',
  'Mühlgasse',
  'Am Anger',
  'Lindenweg',
  'Kirchenplatz',
  'Rosenstraße',
  'Ziegelofengasse',
  'Seeuferweg',
];
const english = [
  'Mill Lane',
  'Harbour Road',
  'Orchard Close',
  'Station Road',
  'Cobbler’s Yard',
  'Canal Street',
  'Heron Walk',
  'Upper Field',
];

export const countries: readonly Country[] = [
  {
    code: 'AT',
    zone: 'Europe/Vienna',
    currency: 'EUR',
    rate: 1,
    legalForms: ['GmbH', 'KG', 'e.U.'],
    streets: german,
    mobile: (n) => `+43 660 0${n}`,
    landline: (n) => `+43 732 0${n}`,
    towns: [
      ['Linz', '4020'],
      ['Wien', '1070'],
      ['Wien', '1020'],
      ['Graz', '8010'],
      ['Wels', '4600'],
      ['Salzburg', '5020'],
    ],
  },
  {
    code: 'DE',
    zone: 'Europe/Berlin',
    currency: 'EUR',
    rate: 1,
    legalForms: ['GmbH', 'GbR', 'AG'],
    streets: german,
    mobile: (n) => `+49 171 0${n}`,
    landline: (n) => `+49 89 0${n}`,
    towns: [
      ['München', '80331'],
      ['Passau', '94032'],
      ['Leipzig', '04109'],
      ['Köln', '50667'],
      ['Nürnberg', '90402'],
    ],
  },
  {
    code: 'CH',
    zone: 'Europe/Zurich',
    currency: 'CHF',
    rate: 0.96,
    legalForms: ['AG', 'GmbH'],
    streets: german,
    mobile: (n) => `+41 79 0${n}`,
    landline: (n) => `+41 44 0${n}`,
    towns: [
      ['Zürich', '8001'],
      ['St. Gallen', '9000'],
    ],
  },
  {
    code: 'GB',
    zone: 'Europe/London',
    currency: 'GBP',
    rate: 0.86,
    legalForms: ['Ltd', 'LLP'],
    streets: english,
    mobile: (n) => `+44 7700 0${n}`,
    landline: (n) => `+44 113 0${n}`,
    towns: [
      ['Leeds', 'LS1 4AP', 'West Yorkshire'],
      ['York', 'YO1 7HH', 'North Yorkshire'],
      ['Bristol', 'BS1 5DB'],
      ['Hebden Bridge', 'HX7 8AD', 'West Yorkshire'],
      ['London', 'SE15 4QA'],
    ],
  },
  {
    code: 'US',
    zone: 'America/New_York',
    currency: 'USD',
    rate: 1.09,
    legalForms: ['Inc.', 'LLC'],
    streets: ['Maple Avenue', 'Quarry Road', '4th Street', 'Lakeview Drive', 'Old Mill Road'],
    mobile: (n) => `+1 917 0${n.slice(-6)}`,
    landline: (n) => `+1 207 0${n.slice(-6)}`,
    towns: [
      ['Portland', '04101', 'ME'],
      ['Brooklyn', '11215', 'NY'],
      ['Burlington', '05401', 'VT'],
    ],
  },
  {
    code: 'ES',
    zone: 'Europe/Madrid',
    currency: 'EUR',
    rate: 1,
    legalForms: ['S.L.', 'S.A.'],
    streets: ['Calle del Molino', 'Avenida del Puerto', 'Plaza de los Olmos', 'Calle Nueva'],
    mobile: (n) => `+34 600 0${n}`,
    landline: (n) => `+34 950 0${n}`,
    towns: [
      ['Sevilla', '41001'],
      ['Bilbao', '48001'],
      ['Valencia', '46001'],
    ],
  },
  {
    code: 'GR',
    zone: 'Europe/Athens',
    currency: 'EUR',
    rate: 1,
    legalForms: ['Α.Ε.', 'Ε.Π.Ε.'],
    streets: ['Ελαιώνων', 'Λιμανιού', 'Odos Mylou', 'Odos Anatolis'],
    mobile: (n) => `+30 690 0${n}`,
    landline: (n) => `+30 210 0${n}`,
    towns: [
      ['Αθήνα', '105 51'],
      ['Thessaloniki', '546 21'],
      ['Πάτρα', '262 21'],
    ],
  },
  {
    code: 'JP',
    zone: 'Asia/Tokyo',
    currency: 'JPY',
    rate: 162,
    legalForms: ['株式会社', 'K.K.'],
    streets: ['桜通り', 'Minato-dori', '川端'],
    mobile: (n) => `+81 90 0${n}`,
    landline: (n) => `+81 3 0${n}`,
    towns: [
      ['渋谷区', '150-0002', '東京都'],
      ['Kyoto', '600-8001'],
      ['札幌市', '060-0001', '北海道'],
    ],
  },
];

export function countryOf(code: string): Country {
  const found = countries.find((one) => one.code === code);
  if (!found) throw new Error(`the demo has no country ${code}`);
  return found;
}

/** Dearer or cheaper by country, and rounded as shops round. Minor units. */
export function priceIn(
  { currency, rate }: Country,
  euroCents: number,
): { readonly minor: number; readonly currency: string } {
  const local = (euroCents / 100) * rate;
  if (euroCents === 0) return { minor: 0, currency };
  if (currency === 'JPY') return { minor: Math.max(100, Math.round(local / 100) * 100), currency };
  return { minor: local < 20 ? Math.round(local * 10) * 10 - 5 : Math.round(local) * 100 - 10, currency };
}

/** How many minor units make one of the currency. */
export const minorUnits = (currency: string): number => (currency === 'JPY' ? 1 : 100);
