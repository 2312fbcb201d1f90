/**
 * The comparisons, declared as a table: for each its levels in order, with the probability of the level among records of
 * one party (m) and of two parties (u), as known before any training (Fellegi & Sunter 1969; levels as in Splink, Linacre
 * et al. 2022). Correlated fields are one comparison: the parts of a name, street and area.
 */
export interface Level {
  readonly name: string;
  readonly m: number;
  readonly u: number;
}

export interface Comparison {
  readonly name: string;
  /** What the comparison asks, for people. */
  readonly asks: string;
  /** Level 1 first; level 0, not said, is never listed and weighs nothing. */
  readonly levels: readonly Level[];
}

const levels = (rows: Readonly<Record<string, readonly [m: number, u: number]>>): readonly Level[] =>
  Object.entries(rows).map(([name, [m, u]]) => ({ name, m, u }));

const STREETS = {
  same: [0.6, 4e-6],
  close: [0.15, 1.2e-5],
  door: [0.02, 0.008],
  street: [0.02, 3e-5],
  differs: [0.21, 0.992],
  'not said': [1, 1],
} as const;
const AREAS = { same: [0.7, 1.5e-3], partly: [0.15, 6e-3], differs: [0.15, 0.9925], 'not said': [1, 1] } as const;

/** Who lives in one house lives in one area: where the street agrees, the area is no second piece of luck. */
const addressLevels: readonly Level[] = Object.entries(STREETS).flatMap(([street, [m, u]]) =>
  Object.entries(AREAS).map(([area, [areaM, areaU]]) => {
    const housed = street === 'same' || street === 'close' || street === 'street';
    const given = housed ? ({ same: 0.7, partly: 0.2, differs: 0.1, 'not said': 1 }[area] ?? 1) : areaU;
    return { name: `street ${street}, area ${area}`, m: m * areaM, u: u * given };
  }),
);

/** Fixed places of the comparisons in every vector of levels. */
export const AT = {
  family: 0,
  given: 1,
  middle: 2,
  order: 3,
  birth: 4,
  address: 5,
  premise: 6,
  email: 7,
  phone: 8,
  employer: 9,
  gender: 10,
  organisation: 11,
} as const;
export const FIXED = 12;

export const COMPARISONS: readonly Comparison[] = [
  {
    name: 'family',
    asks: 'family name',
    levels: levels({
      same: [0.82, 6e-4],
      close: [0.1, 4e-4],
      similar: [0.025, 1.2e-3],
      'one of two': [0.02, 3e-4],
      initial: [0.005, 0.04],
      differs: [0.03, 0.9575],
    }),
  },
  {
    name: 'given',
    asks: 'given name',
    levels: levels({
      same: [0.76, 6e-3],
      close: [0.09, 2e-3],
      nickname: [0.05, 3e-3],
      similar: [0.04, 7e-3],
      initial: [0.03, 0.05],
      differs: [0.03, 0.932],
    }),
  },
  {
    name: 'middle',
    asks: 'middle names',
    levels: levels({ same: [0.6, 0.01], initial: [0.3, 0.06], differs: [0.1, 0.93] }),
  },
  {
    name: 'order',
    asks: 'given and family name swapped',
    levels: levels({ straight: [0.98, 0.9], swapped: [0.02, 0.1] }),
  },
  {
    name: 'birth',
    asks: 'date of birth',
    levels: levels({
      same: [0.86, 4e-5],
      'same as far as known': [0.03, 0.012],
      'day and month swapped': [0.02, 4e-5],
      'one digit off': [0.05, 8e-4],
      'two of three parts': [0.02, 4e-3],
      'nearly, two edits': [0.01, 0.02],
      differs: [0.01, 0.963],
    }),
  },
  { name: 'address', asks: 'address', levels: addressLevels },
  {
    name: 'premise',
    asks: 'building or estate',
    levels: levels({
      same: [0.6, 1e-3],
      close: [0.15, 2e-3],
      'stands in the street': [0.03, 5e-4],
      differs: [0.22, 0.9965],
    }),
  },
  {
    name: 'email',
    asks: 'e-mail',
    levels: levels({
      same: [0.6, 3e-6],
      desk: [0.05, 1e-4],
      'same before the @': [0.07, 5e-6],
      close: [0.06, 5e-6],
      differs: [0.22, 0.9999],
    }),
  },
  {
    name: 'phone',
    asks: 'telephone',
    levels: levels({
      same: [0.6, 4e-6],
      'same without area': [0.05, 4e-6],
      'one digit off': [0.03, 2e-5],
      differs: [0.32, 0.9999],
    }),
  },
  {
    name: 'employer',
    asks: 'employer',
    levels: levels({
      same: [0.6, 2e-3],
      close: [0.1, 2e-3],
      part: [0.1, 4e-3],
      differs: [0.19, 0.99],
      'another legal form': [0.01, 2e-3],
    }),
  },
  { name: 'gender', asks: 'gender', levels: levels({ same: [0.985, 0.5], differs: [0.015, 0.5] }) },
  {
    name: 'organisation',
    asks: 'name of the organisation',
    levels: levels({
      same: [0.7, 2e-5],
      close: [0.15, 2e-5],
      'one contains the other': [0.1, 1.5e-3],
      differs: [0.04, 0.998],
      'another legal form': [0.01, 1e-5],
    }),
  },
];

export const IDENTIFIER_LEVELS = levels({
  same: [0.88, 2e-6],
  'one digit off': [0.07, 2e-5],
  differs: [0.05, 0.99998],
});
export const TRAIT_LEVELS = levels({ same: [0.75, 0.08], close: [0.08, 0.02], differs: [0.17, 0.9] });
