import { isSameLanguage } from "./is-same-language.ts";

/** The commonest words of a language that are not common in its neighbors. */
const commonWords: Readonly<Record<string, string>> = {
  de: "der die das und ist nicht ein eine mit von auf für den dem sich auch als wird sind hat im zu bei nach wie es aus",
  en: "the of and to in that it was for is on with as his they at be this have from by not but which are were has",
  fr: "le la les des et est une dans que qui pour pas sur avec au du par plus ce sont il elle aux cette ont mais été",
  es: "el la los las de y que en un una por con para del se no su al lo como más pero fue ha este está sus entre",
  it: "il la di che e un una per non sono del della con è si da anche come gli nel alla dei le più ha ma delle",
  pt: "o a os as de que e um uma do da em para com não por mais dos no na se como mas foi ao das são pelo à",
  nl: "de het een en van is dat in op te niet met voor zijn die er aan ook als door maar naar bij om wordt hij",
  pl: "w i na z nie się że do to jest o jak po od za ale przez dla tym był są który oraz już tego jego może",
  sv: "och att det i en som på är av för med den till inte har de om ett var från men kan vi så hade efter",
  da: "og at det i en som på er af for med den til ikke har de om et var fra men kan vi så havde efter ved",
  nb: "og at det i en som på er av for med den til ikke har de om et var fra men kan vi så hadde etter ved",
  fi: "ja on ei se että hän oli ovat mutta myös kun ole joka niin kuin sen sekä voi jos mukaan ollut vuoden jo",
  cs: "a se na je že v to s i z do o by jsou jako ale za od po který jeho byl podle pro při také už má",
  hu: "a az és hogy nem is egy meg ez de volt csak már még mint azt van el ki lesz vagy szerint után",
  ro: "și în de la a cu pe nu că o un din care este pentru mai au fost sunt prin după sau ce ca fi",
  tr: "ve bir bu da de için ile olarak çok olan daha gibi ne kadar sonra var değil ama en ise olduğu",
  ru: "и в не на что с он по это как из у за от о но к для его был все так же она были",
  uk: "і в не на що з та у до за як це від про його він але для й був також які є після",
};

/** Languages that their script alone gives away, by ranges of UTF-16 code units; Chinese comes last, see below. */
const scripts: readonly {
  readonly language: string;
  readonly first: number;
  readonly last: number;
  /** What gives other languages of the script away. */
  readonly unless?: RegExp;
}[] = [
  { language: "ja", first: 0x3040, last: 0x30ff },
  { language: "ko", first: 0xac00, last: 0xd7af },
  { language: "th", first: 0x0e00, last: 0x0e7f },
  { language: "el", first: 0x0370, last: 0x03ff },
  { language: "he", first: 0x0590, last: 0x05ff },
  // Persian, Urdu and Pashto have letters that Arabic has not.
  { language: "ar", first: 0x0600, last: 0x06ff, unless: /[\u0671-\u06d3]/ },
  // A letter of Marathi, and endings of Nepali.
  { language: "hi", first: 0x0900, last: 0x097f, unless: /\u0933|हरू|गर्न|गरे/ },
  { language: "zh", first: 0x4e00, last: 0x9fff },
];

const languages = Object.keys(commonWords);
/** For each word the languages that it is common in, as indices; made when a text is first looked at. */
let languagesOf: ReadonlyMap<string, readonly number[]> | undefined;

function indexWords(): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const [language, words] of Object.values(commonWords).entries()) {
    for (const word of words.split(" ")) index.set(word, [...(index.get(word) ?? []), language]);
  }
  return index;
}

/** A hundred words tell as well as thousands. */
const sampleCharacters = 700;
const otherScript = /[\u0370-\u03ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\ud7af]/;
const minWords = 25;
const minLetters = 20;
/** No longer one is among the commonest. */
const maxWordCharacters = 6;
/** At least this share of running text is common words, in any of the languages. */
const minShare = 0.12;
/** The winner leads by this factor. Danish and Norwegian share most of their words, so that neither ever leads. */
const minLead = 1.25;

/**
 * Guesses the language of a text from its commonest words or its script, in a fraction of the time of `detectLanguage`: good
 * enough for warnings, and not for what is stored, since it takes languages that it does not know for others (Slovak for
 * Czech).
 *
 * @returns undefined where the text is short or no language leads clearly
 */
export function guessLanguage(text: string): string | undefined {
  const sample = text.slice(0, sampleCharacters).toLowerCase();
  return (otherScript.test(sample) ? guessByScript(sample) : undefined) ?? guessByWords(sample);
}

/** Says whether `guessLanguage` can come to this language, so that another guess speaks against it. */
export function canGuess(language: string): boolean {
  return [...languages, ...scripts.map((script) => script.language)].some((known) => isSameLanguage(known, language));
}

function guessByWords(sample: string): string | undefined {
  languagesOf ??= indexWords();
  const counts = languages.map(() => 0);
  let words = 0;
  // Words at a comma or a line's end are missed, which is all the same for every language.
  for (let start = 0, end = 0; end < sample.length; start = end + 1) {
    end = sample.indexOf(" ", start);
    if (end < 0) end = sample.length;
    words += 1;
    const known = end - start > maxWordCharacters ? undefined : languagesOf.get(sample.slice(start, end));
    if (known === undefined) continue;
    for (const language of known) counts[language] = (counts[language] ?? 0) + 1;
  }
  if (words < minWords) return undefined;

  let first = 0;
  let second = -1;
  for (let index = 1; index < counts.length; index += 1) {
    const count = counts[index] ?? 0;
    if (count > (counts[first] ?? 0)) {
      second = first;
      first = index;
    } else if (second < 0 || count > (counts[second] ?? 0)) second = index;
  }
  const lead = counts[first] ?? 0;
  const isClear = lead >= words * minShare && lead >= (counts[second] ?? 0) * minLead;
  return isClear ? languages[first] : undefined;
}

function guessByScript(sample: string): string | undefined {
  const counts = scripts.map(() => 0);
  let letters = 0;
  for (let index = 0; index < sample.length; index += 1) {
    const code = sample.charCodeAt(index);
    // Spaces, digits and punctuation of ASCII aside, nearly everything in running text is a letter.
    if (code < 0x41) continue;
    letters += 1;
    if (code < 0x370) continue;
    const script = findScript(code);
    if (script >= 0) counts[script] = (counts[script] ?? 0) + 1;
  }
  if (letters < minLetters) return undefined;
  // A tenth of kana makes a text Japanese: the rest is Chinese characters.
  const found = scripts.find(({ language }, index) => (counts[index] ?? 0) > letters * (language === "ja" ? 0.1 : 0.4));
  return found?.unless?.test(sample) === true ? undefined : found?.language;
}

function findScript(code: number): number {
  for (let index = 0; index < scripts.length; index += 1) {
    const script = scripts[index];
    if (script !== undefined && code >= script.first && code <= script.last) return index;
  }
  return -1;
}
