/** What a party bought and gave back, and how the books were put right. One line of an order is one fact; the basket is the order. */
import { type Static, Type } from '@sinclair/typebox';
import { adds, fact, Money, only, optional, text } from '../kernel';

const Product = only(
  {
    code: optional(text(100, 'Stock keeping unit or article number')),
    name: optional(text(300, 'As shown to the customer')),
    category: optional(text(200, 'Path in the catalogue')),
  },
  'What was sold',
);

/** What a line costs is never below nothing; a gift costs nothing. What flows back is a fact of its own. */
const Total = only(
  {
    minor: Type.Integer({ minimum: 0, maximum: 1e12, description: 'Amount in minor units (cents, pence, yen)' }),
    currency: Money.properties.currency,
  },
  'Money in whole minor units, not negative',
);

const market = optional(text(100, 'Country or market by which the shop books it'));

const line = {
  order: text(200, 'Order, invoice or receipt number of the source'),
  line: optional(text(100, 'Number of the line in the order')),
  product: Product,
  quantity: Type.Number({ exclusiveMinimum: 0, maximum: 1e9, description: 'Units, positive also for returns' }),
  unitPrice: optional(
    Type.String({
      pattern: '^-?\\d{1,15}(\\.\\d{1,10})?$',
      description: 'Price of one unit as given, a decimal in the currency of the total, as in 2.55',
    }),
  ),
  total: Total,
  market,
};

const money = (part: string, total: Static<typeof Money>) => adds(`money/${total.currency}/${part}`, total.minor);

export const PurchaseMade = fact({
  type: 'kith.purchase-made.v1',
  kind: 'purchase',
  says: 'The party bought one line of an order.',
  fields: line,
  example: {
    order: 'A-1001',
    line: '1',
    product: { code: '85123A', name: 'White hanging heart' },
    quantity: 6,
    unitPrice: '2.55',
    total: { minor: 1530, currency: 'GBP' },
    channel: 'web',
  },
  tells: ({ total }) => [money('gross', total), adds(`money/${total.currency}/purchases`, 1)],
});

export const PurchaseReturned = fact({
  type: 'kith.purchase-returned.v1',
  kind: 'return',
  says: 'The party gave back one line of an order, or the line was cancelled; the total is what was refunded.',
  fields: line,
  example: {
    order: 'C-1002',
    product: { code: '85123A' },
    quantity: 1,
    unitPrice: '2.55',
    total: { minor: 255, currency: 'GBP' },
  },
  tells: ({ total }) => [money('returned', total), adds(`money/${total.currency}/returns`, 1)],
});

const adjustment = {
  reference: text(200, 'Number of the document in the source'),
  reason: optional(text(300, 'Why: damaged, found, sample, bad debt …')),
  market,
};

export const StockAdjusted = fact({
  type: 'kith.stock-adjusted.v1',
  kind: 'stock-adjustment',
  says: 'The shop put its count of a product right; no money moved, and nobody bought. Usually anonymous.',
  fields: {
    ...adjustment,
    product: Product,
    quantity: Type.Number({
      minimum: -1e9,
      maximum: 1e9,
      description: 'Units: negative were lost or given away, positive were found',
    }),
  },
  example: { reference: '536589', product: { code: '21777' }, quantity: -10, reason: 'damaged', anonymous: true },
  tells: () => [],
});

export const AccountAdjusted = fact({
  type: 'kith.account-adjusted.v1',
  kind: 'account-adjustment',
  says: 'What the party owes us was put right without a sale, a negative amount lowers it: a bad debt written off, a goodwill credit, a late fee.',
  fields: { ...adjustment, amount: Money },
  example: { reference: 'A563186', amount: { minor: -1106206, currency: 'GBP' }, reason: 'bad debt' },
  tells: ({ amount }) => [money('adjusted', amount)],
});
