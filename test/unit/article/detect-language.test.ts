import { describe, expect, test } from "vitest";
import { detectLanguage, isSameLanguage } from "../../../shared/article/detect-language.ts";

const samples: Readonly<Record<string, string>> = {
  de: "Die Regierung hat am Montag mitgeteilt, dass sie das Gesetz nicht mehr in diesem Jahr ändern wird, weil es noch keine Mehrheit für die Reform gibt. Das sagte der Minister in Berlin.",
  en: "The government said on Monday that it would not change the law before the end of the year because there is no majority for the reform. That was what the minister said in London.",
  fr: "Le gouvernement a annoncé lundi que la loi ne sera pas modifiée avant la fin de l'année, car il n'y a pas de majorité pour la réforme. C'est ce que le ministre a dit dans une interview.",
  es: "El gobierno anunció el lunes que no cambiará la ley antes de que termine el año, porque no hay una mayoría para la reforma. Eso es lo que dijo el ministro en una entrevista con los medios.",
  it: "Il governo ha annunciato che la legge non sarà modificata prima della fine dell'anno, perché non c'è una maggioranza per la riforma. È quanto ha detto il ministro in una intervista con la stampa.",
  nl: "De regering heeft maandag gezegd dat de wet niet voor het einde van het jaar wordt veranderd, omdat er geen meerderheid is voor de hervorming. Dat zei de minister in een gesprek met de krant.",
  pl: "Rząd ogłosił w poniedziałek, że nie zmieni prawa przed końcem roku, ponieważ nie ma większości dla reformy. To powiedział minister w rozmowie z gazetą, który był już w tym roku na urlopie i nie chce tego.",
  ru: "Правительство сообщило в понедельник, что не будет менять закон до конца года, так как для реформы нет большинства. Это сказал министр в беседе с газетой, и он не был рад, что все это так вышло.",
  uk: "Уряд повідомив у понеділок, що не змінить закон до кінця року, бо для реформи немає більшості. Це сказав міністр у розмові з газетою, і він не був радий, що все це так вийшло для його партії та країни.",
  ja: "政府は月曜日、改革に賛成する多数派がいないため、年末までに法律を変更しないと発表した。大臣がインタビューで述べた。",
  zh: "政府周一表示，由于改革没有获得多数支持，年底前不会修改法律。部长在接受采访时这样说。政府周一表示不会修改法律。",
  ko: "정부는 월요일 개혁에 대한 다수의 지지가 없기 때문에 연말 전에 법을 바꾸지 않을 것이라고 밝혔다고 장관이 말했다.",
  ar: "أعلنت الحكومة يوم الاثنين أنها لن تغير القانون قبل نهاية العام لأنه لا توجد أغلبية للإصلاح كما قال الوزير.",
};

describe("detectLanguage", () => {
  test.for(Object.entries(samples))("tells %s", ([language, text]) => {
    expect(detectLanguage(text)?.language).toBe(language);
  });

  test.for(["", "Zu kurz.", "12345 ".repeat(100), "xyz abc qrs ".repeat(50)])("does not guess at %j", (text) => {
    expect(detectLanguage(text)).toBeUndefined();
  });

  test("regions and scripts are one language", () => {
    expect(isSameLanguage("de-AT", "de")).toBe(true);
    expect(isSameLanguage("no", "nn")).toBe(true);
    expect(isSameLanguage("de", "nl")).toBe(false);
  });
});
