/** A column that is called just `name`: of organisations as a whole, or each name for itself. */
import { ofOrganisations } from '../../src/match/organisations';
import { choiceOf, planOf } from '../../src/match/plan';

const meaningOf = (names: readonly string[]): string | undefined =>
  ofOrganisations(
    planOf('a.csv', ['name', 'email'], choiceOf({ pairs: [] })),
    names.map((name) => ({ cells: [name, ''] })),
  ).columns[0]?.word;

const FIRMS = ['Stern GmbH', 'Huber Logistics', 'Linz Steel Ltd', 'Novak Consulting'];
const PEOPLE = ['Ada Stern', 'Dev Patel', 'Eng Wei Ling', 'Maria de la Cruz', 'Huber, Bruno', 'J. R. Novák'];

it('many legal forms and trades, and hardly a name that a person may have, are organisations all', () => {
  expect(meaningOf([...FIRMS, 'Fenix', '3M', 'Stern & Huber', 'Deutsche Bank', 'Home Depot'])).toBe('organisation');
});

it.each([4, 6])('of twelve firms and %i people in one column each name stays for itself', (people) => {
  expect(meaningOf([...FIRMS, ...FIRMS, ...FIRMS, ...PEOPLE.slice(0, people)])).toBe('name');
});

it('people are no organisations, nor is what says too little', () => {
  expect(meaningOf(PEOPLE)).toBe('name');
  expect(meaningOf(['Fenix', 'Patina', 'Campanile'])).toBe('name');
  expect(meaningOf(['', ''])).toBe('name');
});
