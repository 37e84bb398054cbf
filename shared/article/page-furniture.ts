/** Elements that hold what stands around an article on a page. */
export const furnitureElements: ReadonlySet<string> = new Set([
  "nav",
  "footer",
  "aside",
  "dialog",
  "form",
  "menu",
  "search",
]);

/** Roles that say the same. */
export const furnitureRoles: ReadonlySet<string> = new Set([
  "navigation",
  "banner",
  "contentinfo",
  "complementary",
  "search",
  "dialog",
  "alertdialog",
  "menu",
  "menubar",
  "toolbar",
]);

/**
 * Words in class and id that content systems give to what is not the article. Whole words between separators, because
 * "header" is also in "article-header-image" and "ad" in "headline".
 */
export const furnitureHint =
  /(?:^|[\s_-])(?:nav(?:igation|bar|igator)?|menu|breadcrumbs?|footer|sidebar|side-?rail|rail|widgets?|toolbar|pager|pagination|masthead|comments?|disqus|respond|discussion|shar(?:e|ing)(?:bar|tools?|s)?|social(?:s|media)?|follow|related|recirc(?:ulation)?|recommend(?:ed|ations?)?|more-?(?:stories|news|articles)|read-?(?:more|next)|also-?(?:read|like)|most-?(?:read|popular|viewed)|trending|popular|latest|outbrain|taboola|promo(?:s|tion|ted)?|teasers?|newsletters?|subscri(?:be|ption)|sign-?up|paywall|cookies?|consent|gdpr|modal|popup|overlay|banner|advert(?:s|isement|ising)?|ads?|adslot|dfp|sponsor(?:ed)?|skip-?link|sr-only|visually-?hidden|screen-reader-text|hidden|print-only|tags?|tag-?list|topics|author-?(?:bio|box|info)|bio|byline|dateline|timestamp|login|search|gallery|galleries|slide-?show|slider|carousel|captions?|register|registration|pulldown|dropdown|tooltip|alert|correction-?form|print|tools?|copyright|foot|disclaimer|legal|donat(?:e|ion|ions)|support-pay|qr-?code|author|authors|credits?|highlights?|key-?points|hentry-meta|post-?meta|article-?meta|entry-?meta|meta|date|time|pub-?date|category|categories|labels)(?:$|[\s_-])/;

/** Those of them that only whole pages have. */
export const navigationHint =
  /(?:^|[\s_-])(?:nav(?:igation|bar)?|menu|footer|masthead|sidebar|breadcrumbs?)(?:$|[\s_-])/;

/** Words in class and id that content systems give to the article itself. */
export const bodyHint =
  /(?:^|[\s_-])(?:article-?(?:body|content|text|main|copy|detail)?|story-?(?:body|content|text)?|post-?(?:body|content|text)?|entry-?(?:content|body|text)?|body-?(?:content|copy|text)|content-?(?:body|text|main|article)?|main-?(?:content|text)?|news-?(?:body|content|text|detail)|richtext|rich-text|prose)(?:$|[\s_-])/;

/** The same with no room for doubt. */
export const certainBodyHint =
  /(?:^|[\s_-])(?:article-?_*(?:body|content|text)|story-?_*(?:body|content|text)|post-?_*(?:body|content)|entry-?_*content|articlebody|storybody)(?:$|[\s_-])/;
