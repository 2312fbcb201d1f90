/** Numbers that name a party, without what people vary when they write them. */
import { memo } from './memo';
import { isNothing } from './text';

const parsed = memo(50_000, (raw: string): string => {
  const text = raw
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s./_-]/g, '');
  return text.length < 3 || /^(.)\1+$/.test(text) || /^0*123456789?0?$/.test(text) ? '' : text;
});

/** '' for what is too short or junk. */
export const identifier = (raw: string): string => (isNothing(raw) ? '' : parsed(raw));
