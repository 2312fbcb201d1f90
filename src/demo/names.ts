/**
 * What the people of the demo are called. One word a name: `Latin~another spelling|own script`, with `/` before the
 * form of women where family names have one. The lists are short and mix at random; nobody real is meant.
 */

export interface Written {
  readonly latin: string;
  /** Other spellings in Latin letters that clerks and forms produce. */
  readonly spellings: readonly string[];
  /** In the script of the language, where that is not Latin. */
  readonly own?: string;
}

export type Sex = 'f' | 'm';

export interface Culture {
  readonly language: string;
  /** How often, out of the sum of all. */
  readonly weight: number;
  /** Where its people live, by weight. */
  readonly lives: readonly (readonly [country: string, weight: number])[];
  readonly given: Readonly<Record<Sex, readonly string[]>>;
  readonly family: readonly string[];
  /** Two family names, as in Spain. */
  readonly twoFamilies?: true;
  /** Family name first in its own script, without a space. */
  readonly familyFirst?: true;
}

const words = (list: string): readonly string[] => list.trim().split(/\s*,\s*/);

export const cultures: readonly Culture[] = [
  {
    language: 'de',
    weight: 34,
    lives: [
      ['AT', 6],
      ['DE', 4],
      ['CH', 1],
    ],
    given: {
      f: words(
        'Katharina, Anna, Lena, Sabine, Ulrike, Eva-Maria, Johanna, Petra, Claudia, Magdalena, Käthe~Kaethe, Birgit',
      ),
      m: words(
        'Thomas, Jürgen~Juergen, Michael, Stefan~Stephan, Lukas~Lucas, Günther~Guenther, Andreas, Matthias, Florian, Jörg~Joerg, Paul, Bernhard',
      ),
    },
    family: words(
      'Müller~Mueller~Muller, Huber, Gruber, Schröder~Schroeder, Weiß~Weiss, Baumgartner, Steiner, Köhler~Koehler, Schmidt~Schmid, Leitner, Jäger~Jaeger, Winkler, Fuchs, von der Au, Groß~Gross, Maier~Meier~Mayr, Brückner~Brueckner, Pichler',
    ),
  },
  {
    language: 'en',
    weight: 26,
    lives: [
      ['GB', 7],
      ['US', 3],
    ],
    given: {
      f: words(
        'Emily, Siobhán~Siobhan, Charlotte, Grace, Olivia, Margaret~Maggie, Elizabeth~Liz, Zoë~Zoe, Hannah, Catherine~Katherine, Ruth',
      ),
      m: words(
        'James~Jim, Oliver, William~Bill, George, Robert~Bob, Seán~Sean, Harry, Michael~Mike, Daniel~Dan, Edward, Alistair~Alasdair',
      ),
    },
    family: words(
      "Smith~Smyth, O'Connor~OConnor, Taylor~Tayler, Brown~Browne, Walker, MacDonald~McDonald, Hughes, Thompson~Thomson, Clarke~Clark, Wright, Robinson, Fitzgerald, Ashworth, Patel, Okafor, Singh",
    ),
  },
  {
    language: 'es',
    weight: 9,
    lives: [
      ['ES', 5],
      ['US', 3],
      ['DE', 1],
    ],
    twoFamilies: true,
    given: {
      f: words('María José~Maria Jose, Lucía~Lucia, Carmen, Inés~Ines, Ana Belén~Ana Belen, Sofía~Sofia'),
      m: words(
        'José Luis~Jose Luis~J. Luis, Javier~Xavier, Andrés~Andres, Miguel Ángel~Miguel Angel, Íñigo~Inigo, Pablo',
      ),
    },
    family: words(
      'García~Garcia, Márquez~Marquez, Muñoz~Munoz, Hernández~Hernandez, Ibáñez~Ibanez, Torres, de la Fuente, Núñez~Nunez, Romero',
    ),
  },
  {
    language: 'uk',
    weight: 7,
    lives: [
      ['AT', 4],
      ['DE', 3],
      ['GB', 2],
    ],
    given: {
      f: words(
        'Oksana~Oxana|Оксана, Olena~Elena|Олена, Iryna~Irina|Ірина, Nataliia~Natalia|Наталія, Yuliia~Julia|Юлія',
      ),
      m: words(
        'Andrii~Andriy~Andrej|Андрій, Serhii~Sergey|Сергій, Mykola~Nikolai|Микола, Oleksandr~Alexander|Олександр',
      ),
    },
    family: words(
      'Kovalenko|Коваленко, Shevchenko~Schewtschenko|Шевченко, Bondarchuk~Bondartschuk|Бондарчук, Lysenko~Lyssenko|Лисенко, Melnyk~Melnik|Мельник, Tkachenko|Ткаченко',
    ),
  },
  {
    language: 'zh',
    weight: 6,
    lives: [
      ['GB', 4],
      ['AT', 2],
      ['US', 3],
    ],
    familyFirst: true,
    given: {
      f: words('Xiaoli~Xiao Li|晓丽, Meiling~Mei-Ling|美玲, Jing|静, Yuting~Yu Ting|雨婷'),
      m: words('Xiaoming~Xiao Ming|小明, Wei|伟, Jianguo~Jian Guo|建国, Haoran~Hao-Ran|浩然'),
    },
    family: words('Wang~Wong|王, Li~Lee|李, Zhang~Chang|张, Chen~Chan|陈, Liu~Lau|刘, Ouyang~Ou Yang|欧阳'),
  },
  {
    language: 'ar',
    weight: 6,
    lives: [
      ['DE', 4],
      ['GB', 4],
      ['AT', 2],
    ],
    given: {
      f: words('Fatima~Fatma~Fatimah|فاطمة, Layla~Leila|ليلى, Noor~Nour|نور, Amina~Amine|أمينة'),
      m: words('Mohammed~Muhammad~Mohamed|محمد, Yusuf~Youssef|يوسف, Khaled~Khalid|خالد, Omar~Umar|عمر'),
    },
    family: words(
      'al-Masri~El Masry|المصري, Haddad|حداد, Khalil~Chalil|خليل, Darwish~Darwisch|درويش, Nasser~Nassir|ناصر',
    ),
  },
  {
    language: 'el',
    weight: 5,
    lives: [
      ['GR', 6],
      ['DE', 2],
      ['AT', 1],
    ],
    given: {
      f: words('Eleni~Helen|Ελένη, Katerina~Ekaterini|Κατερίνα, Maria|Μαρία, Sofia|Σοφία'),
      m: words(
        'Giorgos~Georgios~Yorgos|Γιώργος, Nikos~Nikolaos|Νίκος, Dimitris~Dimitrios|Δημήτρης, Panagiotis|Παναγιώτης',
      ),
    },
    family: words(
      'Papadopoulos/Papadopoulou|Παπαδόπουλος/Παπαδοπούλου, Georgiou|Γεωργίου, Nikolaidis/Nikolaidou|Νικολαΐδης/Νικολαΐδου, Vlachos/Vlachou|Βλάχος/Βλάχου',
    ),
  },
  {
    language: 'ja',
    weight: 4,
    lives: [
      ['JP', 6],
      ['GB', 2],
    ],
    familyFirst: true,
    given: {
      f: words('Yuko~Yuuko|裕子, Sakura|さくら, Haruka|遥'),
      m: words('Kenji~Kenzi|健二, Taro~Tarou|太郎, Hiroshi~Hirosi|浩'),
    },
    family: words('Sato~Satou|佐藤, Suzuki|鈴木, Ito~Itoh|伊藤, Ono~Oono|小野, Watanabe|渡辺'),
  },
  {
    language: 'pl',
    weight: 4,
    lives: [
      ['GB', 4],
      ['AT', 3],
      ['DE', 3],
    ],
    given: {
      f: words('Agnieszka, Małgorzata~Malgorzata, Zofia, Ewa'),
      m: words('Paweł~Pawel, Krzysztof, Łukasz~Lukasz, Wojciech'),
    },
    family: words('Kowalski/Kowalska, Wójcik~Wojcik, Zieliński/Zielińska~Zielinski, Szczęsny/Szczęsna~Szczesny, Nowak'),
  },
  {
    language: 'tr',
    weight: 4,
    lives: [
      ['AT', 4],
      ['DE', 5],
    ],
    given: { f: words('Ayşe~Ayse, Gülcan~Guelcan, Elif'), m: words('Mehmet, Çağlar~Caglar, İbrahim~Ibrahim, Emre') },
    family: words('Yılmaz~Yilmaz, Şahin~Sahin, Öztürk~Oeztuerk~Ozturk, Demir, Çelik~Celik'),
  },
];

/** Reads a word of the lists above. */
export function written(word: string, sex: Sex): Written {
  const [roman = '', own] = word.split('|');
  const [latin = '', ...spellings] = roman.split('~').map((one) => formOf(one, sex));
  return { latin, spellings, ...(own !== undefined && { own: formOf(own, sex) }) };
}

function formOf(word: string, sex: Sex): string {
  const [man = '', woman = man] = word.split('/');
  return sex === 'f' ? woman : man;
}
