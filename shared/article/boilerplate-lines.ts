/** A kind of line that stands in an article but is no part of its text. */
export interface BoilerplateRule {
  readonly name: string;
  readonly reason: string;
  /** Tested against the whole line, whitespace collapsed. Linear: no nested repetition. */
  readonly pattern: RegExp;
  /** Longer lines are text, even if they begin alike. */
  readonly maxCharacters: number;
}

/**
 * Lines that content systems, share bars and re-publishers leave in the text, in the languages that partners send.
 *
 * A pattern has to fit what the line says as a whole, because a false mark hides text from the fingerprint: "newsletter" in a
 * sentence is news. When in doubt a line is text.
 */
export const boilerplateRules: readonly BoilerplateRule[] = [
  {
    name: "newsletter",
    reason: "An invitation to subscribe",
    maxCharacters: 160,
    pattern:
      /^(?:(?:bleiben sie|bleib) .{0,60}(?:updates|laufenden|newsletter)|(?:jetzt |hier )?(?:(?:unseren|zum|den|für unseren|für den) )?(?:kostenlosen? )?newsletter (?:abonnieren|anmelden|bestellen)|(?:abonnieren|melden) sie (?:sich )?.{0,40}newsletter(?: an)?|(?:sign|signing) up (?:for|to) .{0,60}(?:newsletter|updates|briefing|alerts|email)|subscribe (?:to|for|now|today)\b.{0,60}|get (?:the|our) .{0,50}(?:newsletter|delivered to your inbox|in your inbox)|stay (?:up to date|informed) with .{0,40}(?:updates|newsletter)|(?:inscrivez|abonnez)-vous .{0,60}|recevez .{0,40}(?:newsletter|lettre d['’]information).{0,40}|(?:suscr[ií]b(?:ete|ase)|apúntate) .{0,60}|(?:iscriviti|abbonati) .{0,60}|meld (?:je|u) (?:nu )?aan .{0,40}nieuwsbrief.{0,20}|(?:assine|inscreva-se) .{0,50}|zapisz się .{0,40}newslett.{0,20}|подпишитесь .{0,60}|підпишіться .{0,60})[.!…»]*$/i,
  },
  {
    name: "comments",
    reason: "The head of a comment form",
    maxCharacters: 80,
    pattern:
      /^(?:schreiben? sie? einen kommentar|schreibe einen kommentar|(?:einen )?kommentar (?:schreiben|verfassen|hinterlassen)|(?:\d+ )?kommentare?|zu den kommentaren|(?:leave|post|write|add) a (?:comment|reply)|(?:\d+ )?comments?|view (?:all )?comments|(?:show|hide) comments|join the (?:conversation|discussion)|laisse[rz] un commentaire|(?:\d+ )?commentaires?|ajouter un commentaire|dej[ae]r? un(?: comentario|a respuesta)|(?:\d+ )?comentarios?|lascia un commento|(?:\d+ )?commenti|deixe (?:um|seu) comentário|(?:plaats|geef|laat) een (?:reactie|opmerking)(?: achter)?|(?:\d+ )?reacties|(?:dodaj|napisz) komentarz|оставить комментарий|добавить комментарий|комментарии|додати коментар|コメントを(?:残す|書く)|发表评论|댓글 (?:남기기|쓰기))[ .!:()\d]*$/i,
  },
  {
    name: "share",
    reason: "A share bar",
    maxCharacters: 100,
    pattern:
      /^(?:(?:artikel )?teilen(?: auf| mit| per|:)?|diesen artikel teilen|share(?: this)?(?: article| story| page| post)?|share (?:on|via|with) .{1,30}|partager(?: cet article| sur .{1,30})?|compartir(?: en .{1,30}| este artículo)?|condividi(?: su .{1,30}| questo articolo)?|compartilhar?(?: .{1,30})?|delen(?: op .{1,30})?|deel dit artikel|udostępnij.{0,30}|поделиться.{0,30}|поділитися.{0,30}|(?:auf |via )?(?:facebook|twitter|x|whatsapp|linkedin|e-?mail|pinterest|telegram|reddit|xing|flipboard|instagram)(?:(?: ?[,|·/•] ?| )(?:facebook|twitter|x|whatsapp|linkedin|e-?mail|pinterest|telegram|reddit|xing|flipboard|instagram|drucken|print|copy link))+|(?:facebook|twitter|whatsapp|linkedin|pinterest) teilen|(?:link kopieren|copy link|copier le lien|drucken|print(?: this)?(?: article)?|imprimer|imprimir))[ .!:]*$/i,
  },
  {
    name: "follow",
    reason: "An invitation to follow an account",
    maxCharacters: 140,
    pattern:
      /^(?:folgen sie uns .{0,80}|folge uns .{0,80}|follow (?:us|.{1,30}) on (?:facebook|twitter|x|instagram|google news|whatsapp|telegram|youtube|linkedin|flipboard).{0,60}|like us on facebook.{0,40}|suivez-nous .{0,60}|síguenos .{0,60}|seguici .{0,60}|siga-nos .{0,60}|volg ons .{0,60}|читайте нас .{0,60}|подписывайтесь на .{0,60})$/i,
  },
  {
    name: "tag",
    reason: "A code that a content system or re-publisher leaves to find its texts again",
    maxCharacters: 40,
    pattern: /^(?:[a-z]{2,6}-[a-z]{2,3}-\d{1,6}|[a-z]{2,8}_[a-z]{2,8}_\d{1,8}|#\d{4,12}|\[[a-z]{2,10}-\d{2,8}\])$/i,
  },
  {
    name: "tags",
    reason: "A list of keywords",
    maxCharacters: 300,
    pattern:
      /^(?:tags?|schlagw(?:ort|orte|örter)|stichw(?:ort|orte|örter)|keywords|filed under|topics|mots[- ]clés|étiquettes|etiquetas|palabras clave|argomenti|labels|теги|метки) ?: ?.{1,280}$/i,
  },
  {
    name: "read-more",
    reason: "A link to another article",
    maxCharacters: 200,
    pattern:
      /^(?:(?:lesen|sehen|hören) sie (?:auch|dazu|hier|mehr)\b.{0,160}|lesen sie auch ?:?.{0,160}|mehr zum thema.{0,100}|auch interessant ?:?.{0,120}|das könnte sie auch interessieren.{0,60}|(?:read|see) (?:more|also|next) ?:?.{0,160}|related(?: articles| stories| topics| content)? ?:?.{0,120}|recommended(?: stories| for you)?|more (?:on this story|from .{1,40})|you may also like.{0,60}|(?:à )?lire aussi ?:?.{0,160}|(?:lea|lee|leer) (?:también|más) ?:?.{0,160}|leggi anche ?:?.{0,160}|leia (?:também|mais) ?:?.{0,160}|lees ook ?:?.{0,160}|czytaj (?:też|także|więcej) ?:?.{0,160}|читайте также ?:?.{0,160}|читайте також ?:?.{0,160})$/i,
  },
  {
    name: "advertisement",
    reason: "The mark above an advertisement",
    maxCharacters: 60,
    pattern:
      /^(?:anzeige|werbung|advertisement|sponsored(?: content)?|story continues below advertisement|article continues (?:below|after).{0,30}|publicité|publicidad|pubblicità|publicidade|advertentie|reklama|реклама)[ .:]*$/i,
  },
  {
    name: "mangled-image",
    reason: "The address of a picture that was taken for text, its punctuation lost",
    maxCharacters: 2000,
    pattern:
      /\.(?:jpe?g|png|gif|webp|avif)(?:\?|%3f|3f)[\w-]{1,30}(?:=|%3d|3d)|\.(?:jpe?g|png|gif|webp|avif)\b.{0,300}(?:26|%26)\w{1,20}(?:3d|%3d)/i,
  },
  {
    name: "bare-url",
    reason: "An address without a sentence around it",
    maxCharacters: 2000,
    pattern: /^(?:https?:\/\/|www\.)\S{4,}$/i,
  },
];
