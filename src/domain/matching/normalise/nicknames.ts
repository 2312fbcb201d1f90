/**
 * Given names that stand for one another: short forms, and the same name in other languages. A row is a family of
 * names; a name may be in several rows. From the common knowledge of English, German, Spanish, Russian and Arabic names.
 */

const ROWS = `
robert rob bob bobby robbie rupert roberto
william will bill billy willy willie liam wilhelm guillermo
richard rick ricky dick rich richie
james jim jimmy jamie jem
john johnny jon jack johan johann juan jan ivan hans jock
jonathan jon john johnny
joseph joe joey jose josef giuseppe pepe
edward ed eddie ted teddy ned eduard eduardo eddy
edwin ed eddie
edmund ed eddie ted
michael mike mick mickey mikey miguel mikhail michel misha
charles charlie chuck carl karl carlos chas charley
thomas tom tommy thom tomas
christopher chris kit topher
christian chris
christine chris chrissie christina kristina kristin tina christie
daniel dan danny
david dave davey davie
matthew matt matty mathew matthias
andrew andy drew andreas andrei andrey anders andre
anthony tony antonio anton ant
nicholas nick nicky nico nicolas nikolai nikolaus klaus
alexander alex sandy sasha alec alejandro aleksandr aliaksandr xander
alexandra alex sandra sasha lexi sandy
alexandrina alex
benjamin ben benny benji
samuel sam sammy
samantha sam sammy
stephen steve steven stevie stefan stephan esteban
peter pete petr pedro pierre piotr
patrick pat paddy patricio
patricia pat patty trish tricia patsy
timothy tim timmy
gregory greg gregor
jeffrey jeff geoffrey geoff
gerald gerry jerry gerard
jeremy jerry jem
kenneth ken kenny
lawrence larry laurie laurence lorenzo lars
leonard len lenny leo leonardo
lewis lew louis lou luis ludwig
philip phil phillip felipe philipp
raymond ray
ronald ron ronnie
donald don donnie
douglas doug
frederick fred freddy freddie friedrich frederik fritz
francis frank frankie francisco franz paco
franklin frank
george georgie georg jorge yuri
harold harry hal
henry harry hank hal heinrich enrique henri
harrison harry
herbert herb bert
albert al bert albrecht
alfred alf fred alfie
alan al allan allen
arthur art artie
walter walt wally
theodore ted teddy theo
terence terry
victor vic viktor
vincent vince vinny
zachary zach zack zak
joshua josh
jacob jake jakob
nathaniel nathan nat nate
abraham abe
isaac ike
morris morrie maurice moritz mo
russell russ
stanley stan
sidney sid sydney
stuart stewart stu
elizabeth liz lizzie beth betty eliza elisabeth libby bess lisa elsie lilibet betsy
margaret maggie meg peggy peggie peg marge margie madge rita greta margarita
catherine cathy kate katie kathy kathi kathe katherine kathleen kat kitty katharina katarina cath
mary marie maria molly polly mae mamie may
maryann mary ann
marianne mary
susan sue susie suzie susanne suzanne susanna
ann anne anna annie hannah nan nancy
annabelle anabella belle bella annabel
isabella bella izzy isabel belle
barbara barb babs barbie
jennifer jen jenny jennie
jane janet jenny janie joan
jessica jess jessie
judith judy judi
deborah debbie deb debra
dorothy dot dottie dolly
eleanor ellie nell nellie ellen helen elena
ellen ellie nell
emily em emmy millie
emma em emmy
amelia millie amy mia
camilla millie milla
mildred millie
frances fran fanny frankie
florence flo florrie
gabrielle gabby gabi
gertrude gert trudy
gillian gill jill
victoria vicky tori vic
virginia ginny
jacqueline jackie
josephine jo josie
joanna jo joanne joan
kimberly kim
laura laurie lori
linda lindy
lillian lily lilly
louise lou lulu louisa
lucy lucia lou
madeleine maddie madeline maddy
martha marty
martin marty
matilda tilly mattie
melanie mel
melissa mel missy
melvin mel
natalie nat natasha natalia nataliya
olivia liv livvy
pamela pam
penelope penny
rachel rach ray
rebecca becky becca
rosemary rose rosie
rose rosie rosa
sarah sally sadie sara
stephanie steph stefanie
sophia sophie sofia
susannah sue susie
theresa terry tess tessa teresa
tobias toby tobi
valerie val
veronica ronnie vera
winifred winnie fred
yvonne eve
anastasia nastassia stacy nastasya anastassia nastya
oksana oxana ksenia xenia
aleksei alexei alex alexey lyosha
sergei sergey serge sergio
dmitri dmitry dima mitya
vladimir vova volodymyr volodya wladimir
yevgeny evgeny eugene zhenya
eugene gene
pavel paul paulo pablo paavo
mohammed muhammad mohamed mohammad muhammed mhd mohamad md mehmet
ahmed ahmad ahmet
ali aly
yusuf youssef yousef joseph yosef
hussein husain hussain hossein
abdullah abdallah abdulla
abdul abd
omar umar
osama usama
ibrahim abraham ebrahim
isa eisa issa
faisal feisal faysal
howard howie
beau beauregard
lee leigh
oliver ollie
sebastian seb bastian
maximilian max
maxwell max
dominic dom nick
bartholomew bart
augustus gus august
angus gus
gustav gus
solomon sol
reginald reg reggie
roderick rod rick
rodney rod
wilfred wilf fred
clifford cliff
clive cliff
bernard bernie
barry bazza
cameron cam
mitchell mitch
`;

const rowsOf = new Map<string, Set<number>>();
const firstOf = new Map<string, string>();
for (const [row, line] of ROWS.trim().split('\n').entries()) {
  const names = line.split(' ');
  for (const name of names) {
    const rows = rowsOf.get(name) ?? new Set();
    rowsOf.set(name, rows.add(row));
    if (!firstOf.has(name)) firstOf.set(name, names[0] ?? name);
  }
}

/** Whether people use one of these names for the other. */
export function areNicknames(a: string, b: string): boolean {
  const [one, other] = [rowsOf.get(a), rowsOf.get(b)];
  if (!one || !other) return false;
  for (const row of one) if (other.has(row)) return true;
  return false;
}

/** One name that stands for the family of names, for blocking: bob and rob give robert. Unknown names stand for themselves. */
export const formalOf = (name: string): string => firstOf.get(name) ?? name;
