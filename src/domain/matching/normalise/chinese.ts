/** Chinese names: the family name comes first, in characters and often in Latin letters too. */
import { pinyin } from 'pinyin-pro';
import { memo } from './memo';
import { fold } from './text';

/** `王小明` → `wang, xiaoming`: the family name is what the dictionary of surnames says. */
export const romanised = memo(20_000, (text: string): string => {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '');
  if (plain.includes('·')) return fold(text);
  const syllables = pinyin(plain, { toneType: 'none', type: 'array', mode: 'surname', v: true });
  const compound = /^(欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|夏侯|令狐)/.test(plain) && syllables.length > 2;
  const cut = compound ? 2 : 1;
  return `${syllables.slice(0, cut).join('')}, ${syllables.slice(cut).join('')}`;
});

/** The hundred most frequent family names of the People's Republic (Ministry of Public Security 2007), in pinyin. */
const FAMILIES = new Set(
  'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang han feng deng cao peng zeng xiao tian dong yuan pan yu jiang cai du ye cheng su wei lu ding ren shen yao cui zhong tan fan jin liao jia xia fu fang bai zou meng xiong qin qiu hou yin xue yan duan lei long shi tao gu mao hao gong shao wan qian dai he lai qiao'.split(
    ' ',
  ),
);

const SYLLABLE =
  /^(?:(?:[bpmfw]?o|(?:zh|ch|sh|[bpmfdtnlgkhrzcsyw])?(?:a|e|u|ai|ei|ao|ou|an|en|ang|eng|ong)|(?:zh|ch|sh|[bpmdtnljqxrzcsy])i|[bpmdtnljqx](?:ie|iao|iu|ian|in|ing)|[ljqx](?:ia|iang)|n(?:iang|v)|[jqx](?:iong|u|uan|un)|(?:zh|ch|sh|[dtnlgkhrzcs])(?:uo|ui|uan|un)|(?:zh|ch|sh|[gkh])(?:ua|uai|uang)|lv|er|y(?:ing|in|uan|un))){1,2}$/;

/** `wang xiao ming`: a family name, then one or two words that are Chinese syllables and no family name. */
export function isFamilyFirst(words: readonly string[]): boolean {
  const [first = '', ...others] = words;
  const last = others.at(-1) ?? '';
  return (
    others.length > 0 &&
    others.length < 3 &&
    FAMILIES.has(first) &&
    !FAMILIES.has(last) &&
    others.every((word) => SYLLABLE.test(word))
  );
}
