/**
 * How a name sounds, coarsely: the consonants, with the letters that languages swap made one. In the manner of Double
 * Metaphone (Philips 2000), but coarser and for names that came through transliteration; used to find, never to decide.
 */
import { memo } from './memo';

const RULES: readonly (readonly [RegExp, string])[] = [
  [/^(mc|mac)(?=[a-z]{3})/, 'mk'],
  [/^(kn|gn|pn)/, 'n'],
  [/^wr/, 'r'],
  [/^x/, 's'],
  [/ph/g, 'f'],
  [/(tsch|sch|tch|sh|ch|zh|cz|sz)/g, 's'],
  [/(ck|cc|q|g(?=h))/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/x/g, 'ks'],
  [/[zj]/g, 's'],
  [/[wv]/g, 'f'],
  [/d/g, 't'],
  [/b/g, 'p'],
  [/g/g, 'k'],
  [/m(?=[ptk])/g, 'n'],
  [/h/g, ''],
];

/** 'schmidt' and 'smith' give the same; '' only for ''. A first vowel counts as a. */
export const sound = memo(50_000, (name: string): string => {
  let text = name.replaceAll(' ', '');
  for (const [from, to] of RULES) text = text.replace(from, to);
  const first = /^[aeiouy]/.test(text) ? 'a' : '';
  const bones = first + text.replace(/[aeiouy]/g, '');
  return bones.replace(/(.)\1+/g, '$1').slice(0, 6);
});
