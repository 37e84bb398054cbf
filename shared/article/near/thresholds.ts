/**
 * Where one thing ends and another begins. Each figure follows from a reason, not from a search for the best score: fitted
 * thresholds made three times the errors on other data.
 */
export const thresholds = {
  /**
   * Share of the shorter text (in sequences of three words) that a copy has in common with its original. Replacing each
   * fifth word leaves (4/5)³ = .51 of them; two texts of one template leave about .3 to .6, which is why it is not enough.
   */
  copyContainment: 0.5,
  /** From here on the text alone says that it is a copy: an editor who changes each 14th word leaves (13/14)³ = .8. */
  plainContainment: 0.8,
  /** Below it even one event told twice has little in common; templates of other events have as much. */
  relatedContainment: 0.25,

  /**
   * Share of the figures of the shorter text that a copy keeps. A corrected figure is one of several; a new edition of a
   * report replaces nearly all, and keeps a few by chance (a year, a round number).
   */
  keptFigures: 0.65,
  /** The same for a text that was edited heavily: figures are what an editor keeps. */
  keptFiguresEdited: 0.75,
  /**
   * More hours between two texts that differ in figures or in more than a few words, and it is the next edition: daily
   * reports come every 24 hours, copies and corrections the same day.
   */
  editionHours: 20,

  /** Share of the names that a copy keeps. Texts of one template about other companies or places keep few. */
  keptNames: 0.5,
  /** The same for a text that was edited heavily. */
  keptNamesEdited: 0.65,
  /**
   * Fewer replaced names say nothing: one is a typing error or a word that began a sentence. Between tiny texts so
   * many are another story, however many are kept: "Franklin Ohio Insured Tax-Free Income Fund".
   */
  replacedNames: 2,

  /** Up to this many words a text is short: a template fills most of it, so the title must agree. */
  shortWords: 80,
  /** Below this many words nothing stands in for a title that disagrees: "Qtly div three cts, pay May 1" fits any company. */
  tinyWords: 40,
  /** Share of the words of the shorter title that agreeing titles have in common. */
  titleAgreement: 0.65,
  /** The same between tiny texts, where one word of the title may be the company: of five none may be replaced. */
  tinyTitleAgreement: 0.85,
  /** The same for the first 24 words, where a title is missing: what is found of them anywhere in the other text. */
  leadAgreement: 0.6,
  /** From here on the beginning of a short text stands in for a title that was rewritten. */
  sameLead: 0.8,
  /** Jaccard from which a short text is the same, not its next edition: one word in 60 may differ. */
  sameText: 0.95,

  /** Share of figures and of names that agree where title and beginning do not: all but one of ten. */
  sameFacts: 0.9,
  /** So many figures, or so many names, must be shared for that: fewer are a copyright year or a publisher. */
  sharedFigures: 3,
  sharedNames: 8,

  /** A copy of which less stands in its original adds a tenth or more: further copies may be of that. */
  representedShare: 0.9,

  /** Sequences that must be shared at all: fewer are a phrase. */
  sharedShingles: 3,
  /** Share of names and figures that two tellings of one event have in common. */
  relatedFacts: 0.6,
  /** Fewer shared names are chance, and fewer figures a copyright year, unless the title agrees. */
  relatedNames: 2,
  relatedFigures: 2,
  /** One event is told in this time; later texts are about what followed. */
  relatedHours: 72,
} as const;
