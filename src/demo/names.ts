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
        'Katharina, Anna, Lena, Sabine, Ulrike, Eva-Maria, Johanna, Petra, Claudia, Magdalena, Käthe~Kaethe, Birgit, Monika, Silvia, Theresa~Teresa, Barbara, Christine, Verena, Hannelore, Gertrud, Renate, Daniela, Ingrid, Veronika, Brigitte, Elfriede, Martina, Simone',
      ),
      m: words(
        'Thomas, Jürgen~Juergen, Michael, Stefan~Stephan, Lukas~Lucas, Günther~Guenther, Andreas, Matthias, Florian, Jörg~Joerg, Paul, Bernhard, Wolfgang, Manfred, Josef, Gerhard, Tobias, Sebastian, Philipp~Filip, Helmut, Werner, Dietmar, Alfred, Rainer~Reiner, Ferdinand, Erich, Norbert, Xaver',
      ),
    },
    family: words(
      'Müller~Mueller~Muller, Huber, Gruber, Schröder~Schroeder, Weiß~Weiss, Baumgartner, Steiner, Köhler~Koehler, Schmidt~Schmid, Leitner, Jäger~Jaeger, Winkler, Fuchs, von der Au, Groß~Gross, Maier~Meier~Mayr, Brückner~Brueckner, Pichler, Wagner, Hofer, Wimmer, Schwarz, Haas, Berger, Eder, Lang, Auer, Koller, Reiter, Brunner, Wallner, Aigner, Ziegler, Vogel, Kaiser, Sommer, Böhm~Boehm, Hartmann, Seidl~Seidel, Lindner, Kern, Strobl, Haider',
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
        'Emily, Siobhán~Siobhan, Charlotte, Grace, Olivia, Margaret~Maggie, Elizabeth~Liz, Zoë~Zoe, Hannah, Catherine~Katherine, Ruth, Alice, Beatrice, Joanna, Fiona, Lucy, Pamela, Rosemary, Victoria~Vicky, Eleanor, Imogen, Nicola, Sylvia, Teresa, Wendy, Yvonne, Harriet',
      ),
      m: words(
        'James~Jim, Oliver, William~Bill, George, Robert~Bob, Seán~Sean, Harry, Michael~Mike, Daniel~Dan, Edward, Alistair~Alasdair, Andrew~Andy, Benjamin~Ben, Christopher~Chris, David~Dave, Francis~Frank, Graham, Henry, Joseph~Joe, Keith, Leonard~Len, Martin, Nigel, Peter, Simon, Trevor, Vincent',
      ),
    },
    family: words(
      "Smith~Smyth, O'Connor~OConnor, Taylor~Tayler, Brown~Browne, Walker, MacDonald~McDonald, Hughes, Thompson~Thomson, Clarke~Clark, Wright, Robinson, Fitzgerald, Ashworth, Patel, Okafor, Singh, Barker, Cooper, Dawson, Elliott~Elliot, Foster, Gibson, Harrison, Irving, Jenkins, Kendall, Lawson, Mitchell, Newton, Osborne~Osborn, Parsons, Quinn, Russell, Sutton, Turner, Underwood, Vaughan, Webster, Young, Adeyemi, Chowdhury",
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
      f: words(
        'María José~Maria Jose, Lucía~Lucia, Carmen, Inés~Ines, Ana Belén~Ana Belen, Sofía~Sofia, Beatriz, Dolores, Elena, Gloria, Isabel, Marta, Nuria, Pilar, Rocío~Rocio, Teresa',
      ),
      m: words(
        'José Luis~Jose Luis~J. Luis, Javier~Xavier, Andrés~Andres, Miguel Ángel~Miguel Angel, Íñigo~Inigo, Pablo, Alberto, Carlos, Diego, Enrique, Fernando, Ignacio, Joaquín~Joaquin, Luis, Rafael, Sergio',
      ),
    },
    family: words(
      'García~Garcia, Márquez~Marquez, Muñoz~Munoz, Hernández~Hernandez, Ibáñez~Ibanez, Torres, de la Fuente, Núñez~Nunez, Romero, Álvarez~Alvarez, Blanco, Cabrera, Delgado, Esteban, Fuentes, Gallego, Herrera, Iglesias, Lozano, Molina, Navarro, Ortega, Prieto, Quintana, Rubio, Serrano, Vidal',
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
        'Oksana~Oxana|Оксана, Olena~Elena|Олена, Iryna~Irina|Ірина, Nataliia~Natalia|Наталія, Yuliia~Julia|Юлія, Halyna~Galina|Галина, Larysa~Larissa|Лариса, Svitlana~Swetlana|Світлана, Tetiana~Tatjana|Тетяна, Vira~Vera|Віра, Zoriana~Soriana|Зоряна',
      ),
      m: words(
        'Andrii~Andriy~Andrej|Андрій, Serhii~Sergey|Сергій, Mykola~Nikolai|Микола, Oleksandr~Alexander|Олександр, Bohdan~Bogdan|Богдан, Dmytro~Dmitri|Дмитро, Ivan|Іван, Petro|Петро, Taras|Тарас, Vasyl~Wassyl|Василь',
      ),
    },
    family: words(
      'Kovalenko|Коваленко, Shevchenko~Schewtschenko|Шевченко, Bondarchuk~Bondartschuk|Бондарчук, Lysenko~Lyssenko|Лисенко, Melnyk~Melnik|Мельник, Tkachenko|Ткаченко, Boiko~Bojko|Бойко, Hrytsenko~Gritsenko|Гриценко, Kravchuk~Krawtschuk|Кравчук, Marchenko~Martschenko|Марченко, Oliinyk~Olijnyk|Олійник, Ponomarenko|Пономаренко, Rudenko|Руденко, Savchenko~Sawtschenko|Савченко, Vasylenko~Wassylenko|Василенко, Zinchenko~Sintschenko|Зінченко',
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
      f: words(
        'Xiaoli~Xiao Li|晓丽, Meiling~Mei-Ling|美玲, Jing|静, Yuting~Yu Ting|雨婷, Fang|芳, Huiling~Hui-Ling|慧玲, Lanfen~Lan Fen|兰芬, Qiuyue~Qiu Yue|秋月, Shufen~Shu-Fen|淑芬',
      ),
      m: words(
        'Xiaoming~Xiao Ming|小明, Wei|伟, Jianguo~Jian Guo|建国, Haoran~Hao-Ran|浩然, Bo|波, Guoqiang~Guo Qiang|国强, Junjie~Jun-Jie|俊杰, Lei|磊, Zhiyuan~Zhi Yuan|志远',
      ),
    },
    family: words(
      'Wang~Wong|王, Li~Lee|李, Zhang~Chang|张, Chen~Chan|陈, Liu~Lau|刘, Ouyang~Ou Yang|欧阳, Gao~Kao|高, Hu~Wu|胡, Lin~Lam|林, Ma|马, Sun|孙, Tang|唐, Xu~Hsu|徐, Zheng~Cheng|郑, Zhou~Chou|周',
    ),
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
      f: words(
        'Fatima~Fatma~Fatimah|فاطمة, Layla~Leila|ليلى, Noor~Nour|نور, Amina~Amine|أمينة, Huda~Hoda|هدى, Maryam~Mariam|مريم, Rania|رانيا, Salma|سلمى, Zainab~Zeinab|زينب',
      ),
      m: words(
        'Mohammed~Muhammad~Mohamed|محمد, Yusuf~Youssef|يوسف, Khaled~Khalid|خالد, Omar~Umar|عمر, Ahmad~Ahmed|أحمد, Bilal|بلال, Hassan~Hasan|حسن, Karim~Kareem|كريم, Tarek~Tariq|طارق',
      ),
    },
    family: words(
      'al-Masri~El Masry|المصري, Haddad|حداد, Khalil~Chalil|خليل, Darwish~Darwisch|درويش, Nasser~Nassir|ناصر, Bakri~Bakry|بكري, Fahmi~Fahmy|فهمي, Hakim|حكيم, Jaber~Jabir|جابر, Mansour~Mansur|منصور, Qasim~Kassem|قاسم, Saleh~Salih|صالح, Zidan~Zaidan|زيدان',
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
      f: words(
        'Eleni~Helen|Ελένη, Katerina~Ekaterini|Κατερίνα, Maria|Μαρία, Sofia|Σοφία, Angeliki~Angelica|Αγγελική, Despina|Δέσποινα, Ioanna~Joanna|Ιωάννα, Vasiliki~Vassiliki|Βασιλική',
      ),
      m: words(
        'Giorgos~Georgios~Yorgos|Γιώργος, Nikos~Nikolaos|Νίκος, Dimitris~Dimitrios|Δημήτρης, Panagiotis|Παναγιώτης, Alexandros~Alexander|Αλέξανδρος, Kostas~Konstantinos|Κώστας, Spyros~Spiros|Σπύρος, Thanasis~Athanasios|Θανάσης',
      ),
    },
    family: words(
      'Papadopoulos/Papadopoulou|Παπαδόπουλος/Παπαδοπούλου, Georgiou|Γεωργίου, Nikolaidis/Nikolaidou|Νικολαΐδης/Νικολαΐδου, Vlachos/Vlachou|Βλάχος/Βλάχου, Antoniou|Αντωνίου, Dimopoulos/Dimopoulou|Δημόπουλος/Δημοπούλου, Ioannidis/Ioannidou|Ιωαννίδης/Ιωαννίδου, Karras/Karra|Καρράς/Καρρά, Lambros/Lambrou|Λάμπρος/Λάμπρου, Makris/Makri|Μακρής/Μακρή, Pappas/Pappa|Παππάς/Παππά, Stavrou|Σταύρου',
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
      f: words(
        'Yuko~Yuuko|裕子, Sakura|さくら, Haruka|遥, Akiko|明子, Emi|恵美, Kaori|香織, Mariko|真理子, Naomi|直美, Yumi|由美',
      ),
      m: words(
        'Kenji~Kenzi|健二, Taro~Tarou|太郎, Hiroshi~Hirosi|浩, Akira|明, Daisuke|大輔, Masato|正人, Shota~Shouta|翔太, Takashi~Takasi|隆, Yusuke~Yuusuke|雄介',
      ),
    },
    family: words(
      'Sato~Satou|佐藤, Suzuki|鈴木, Ito~Itoh|伊藤, Ono~Oono|小野, Watanabe|渡辺, Abe|安倍, Fujita~Fuzita|藤田, Hayashi~Hayasi|林田, Ishikawa~Isikawa|石川, Kimura|木村, Matsumoto~Matumoto|松本, Nakamura|中村, Ogawa|小川, Yamada|山田',
    ),
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
      f: words(
        'Agnieszka, Małgorzata~Malgorzata, Zofia, Ewa, Barbara, Danuta, Halina, Joanna, Katarzyna, Monika, Teresa, Urszula',
      ),
      m: words(
        'Paweł~Pawel, Krzysztof, Łukasz~Lukasz, Wojciech, Andrzej, Bartosz, Grzegorz, Jacek, Marek, Piotr, Stanisław~Stanislaw, Tadeusz',
      ),
    },
    family: words(
      'Kowalski/Kowalska, Wójcik~Wojcik, Zieliński/Zielińska~Zielinski, Szczęsny/Szczęsna~Szczesny, Nowak, Dąbrowski/Dąbrowska~Dabrowski, Jankowski/Jankowska, Kaczmarek, Mazur, Pawlak, Sikora, Wieczorek, Zając~Zajac',
    ),
  },
  {
    language: 'tr',
    weight: 4,
    lives: [
      ['AT', 4],
      ['DE', 5],
    ],
    given: {
      f: words('Ayşe~Ayse, Gülcan~Guelcan, Elif, Emine, Fadime, Hatice, Leyla, Meryem, Nurcan, Sevgi, Zeynep'),
      m: words('Mehmet, Çağlar~Caglar, İbrahim~Ibrahim, Emre, Ahmet, Burak, Erdal, Hakan, Kemal, Murat, Orhan, Serkan'),
    },
    family: words(
      'Yılmaz~Yilmaz, Şahin~Sahin, Öztürk~Oeztuerk~Ozturk, Demir, Çelik~Celik, Aydın~Aydin, Bulut, Doğan~Dogan, Erdem, Güneş~Gunes, Kaplan, Polat, Yıldız~Yildiz',
    ),
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
