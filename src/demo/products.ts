/** What the bicycle shop sells, for how much, and what people take along with it. */
import type { JsonObject } from '../domain/kernel';
import type { Chance } from './chance';

export interface Product {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  /** In Austria, with tax. */
  readonly euroCents: number;
  /** Codes that are often bought in the same order. */
  readonly with?: readonly string[];
  /** How often it is what people came for. */
  readonly weight: number;
}

const product = (
  code: string,
  name: string,
  category: string,
  euros: number,
  weight: number,
  along?: string,
): Product => ({
  code,
  name,
  category,
  euroCents: Math.round(euros * 100),
  weight,
  ...(along !== undefined && { with: along.split(' ') }),
});

export const products: readonly Product[] = [
  product('B-100', 'City bicycle Linde', 'bicycles/city', 649, 3, 'L-10 H-20 K-10 S-30'),
  product('B-110', 'City bicycle Linde, low step', 'bicycles/city', 679, 3, 'L-10 H-20 T-40'),
  product('B-200', 'Touring bicycle Fernweh', 'bicycles/touring', 1290, 2, 'T-41 L-11 W-20'),
  product('B-210', 'Gravel bicycle Schotter 2', 'bicycles/gravel', 1890, 2, 'W-20 C-10 H-21'),
  product('B-300', 'E-bicycle Rückenwind', 'bicycles/electric', 2790, 2, 'K-11 H-20 S-30'),
  product('B-310', 'Cargo e-bicycle Lastesel', 'bicycles/electric', 4690, 1, 'K-11 T-42 S-30'),
  product('B-400', 'Children’s bicycle Spatz 16"', 'bicycles/children', 249, 3, 'H-30 G-10'),
  product('B-410', 'Children’s bicycle Spatz 20"', 'bicycles/children', 329, 3, 'H-30 L-10'),
  product('H-20', 'Helmet Dach', 'helmets', 79, 5, 'L-10'),
  product('H-21', 'Helmet Grat', 'helmets', 129, 3),
  product('H-30', 'Children’s helmet Kiesel', 'helmets', 45, 4, 'G-10'),
  product('L-10', 'Light set, battery', 'lights', 39, 6),
  product('L-11', 'Dynamo headlight', 'lights', 74, 3),
  product('K-10', 'Chain lock 90 cm', 'locks', 54, 5),
  product('K-11', 'Folding lock', 'locks', 99, 3),
  product('T-40', 'Basket, front', 'bags', 42, 4),
  product('T-41', 'Pannier pair, waterproof', 'bags', 138, 4, 'W-20'),
  product('T-42', 'Rain cover for cargo box', 'bags', 119, 1),
  product('R-10', 'Tube 28"', 'parts', 7.5, 12, 'R-30'),
  product('R-11', 'Tyre 28", puncture-proof', 'parts', 38, 8, 'R-10 R-10 R-30'),
  product('R-20', 'Chain, 9 speed', 'parts', 26, 7, 'P-10 R-21'),
  product('R-21', 'Cassette, 9 speed', 'parts', 44, 3, 'R-20'),
  product('R-30', 'Tyre levers, three', 'tools', 6, 4),
  product('R-40', 'Brake pads, pair', 'parts', 14, 8),
  product('P-10', 'Chain oil 100 ml', 'care', 9.9, 9),
  product('P-20', 'Cleaning kit', 'care', 24, 4, 'P-10'),
  product('W-20', 'Multi-tool, 14 functions', 'tools', 29, 5),
  product('W-30', 'Floor pump', 'tools', 46, 4),
  product('C-10', 'Bottle and cage', 'accessories', 19, 6),
  product('C-20', 'Rain cape', 'clothing', 64, 4),
  product('C-30', 'Gloves, winter', 'clothing', 36, 4),
  product('G-10', 'Bell, ladybird', 'accessories', 8.5, 3),
  product('S-10', 'Inspection, small', 'service', 69, 8, 'R-40 P-10'),
  product('S-20', 'Inspection, large', 'service', 149, 4, 'R-20 R-40'),
  product('S-30', 'First service, included', 'service', 0, 1),
];

const byCode: ReadonlyMap<string, Product> = new Map(products.map((one) => [one.code, one]));

/** What goes into one basket: what they came for, and what went with it. */
export function basket(chance: Chance): readonly Product[] {
  const main = chance.weighted(products.map((one) => [one, one.weight] as const));
  const along = (main.with ?? []).flatMap((code) => (chance.happens(0.42) ? (byCode.get(code) ?? []) : []));
  const beside = chance.happens(0.18) ? [chance.pick(products.filter((one) => one.category !== 'service'))] : [];
  return [main, ...along, ...beside];
}

export function productOf(code: string): Product {
  const found = byCode.get(code);
  if (!found) throw new Error(`the demo sells no ${code}`);
  return found;
}

export const named = ({ code, name, category }: Product): JsonObject => ({ code, name, category });
