/** A player or widget that articles embed, and the page that shows the same to a reader who follows a link. */
interface EmbedRule {
  readonly service: string;
  /** Tested against host and path of the frame's address. */
  readonly pattern: RegExp;
  /** The page's address; `$1` is what the pattern caught. Without it, the frame's own address can be opened as a page. */
  readonly page?: string;
}

const embedRules: readonly EmbedRule[] = [
  {
    service: "YouTube",
    pattern: /^(?:www\.)?youtube(?:-nocookie)?\.com\/embed\/([\w-]{6,20})/,
    page: "https://www.youtube.com/watch?v=$1",
  },
  { service: "Vimeo", pattern: /^player\.vimeo\.com\/video\/(\d+)/, page: "https://vimeo.com/$1" },
  {
    service: "Dailymotion",
    pattern: /^(?:www\.|geo\.)?dailymotion\.com\/embed\/video\/(\w+)/,
    page: "https://www.dailymotion.com/video/$1",
  },
  {
    service: "Instagram",
    pattern: /^www\.instagram\.com\/(p|reel|tv)\/([\w-]+)\/embed/,
    page: "https://www.instagram.com/$1/$2/",
  },
  { service: "TikTok", pattern: /^www\.tiktok\.com\/(?:embed|player)/ },
  { service: "X", pattern: /^platform\.(?:twitter|x)\.com\/embed\// },
  { service: "Facebook", pattern: /^www\.facebook\.com\/(?:v\d[\d.]*\/)?plugins\/(?:post|video)\.php/ },
  {
    service: "Spotify",
    pattern: /^open\.spotify\.com\/embed(?:-podcast)?\/(\w+\/\w+)/,
    page: "https://open.spotify.com/$1",
  },
  { service: "SoundCloud", pattern: /^w\.soundcloud\.com\/player/ },
  { service: "Apple Podcasts", pattern: /^embed\.podcasts\.apple\.com\/(.+)/, page: "https://podcasts.apple.com/$1" },
  { service: "Datawrapper", pattern: /^(?:datawrapper\.dwcdn\.net|www\.datawrapper\.de)\// },
  { service: "Flourish", pattern: /^(?:flo\.uri\.sh|public\.flourish\.studio)\// },
  { service: "Infogram", pattern: /^(?:e\.)?infogram\.com\// },
  { service: "Google Maps", pattern: /^(?:www\.google\.[a-z.]{2,6}\/maps|maps\.google\.[a-z.]{2,6}\/)/ },
  { service: "OpenStreetMap", pattern: /^www\.openstreetmap\.org\/export\/embed/ },
  { service: "Brightcove", pattern: /^players\.brightcove\.net\// },
  { service: "JW Player", pattern: /^(?:cdn\.jwplayer\.com|content\.jwplatform\.com)\/players\// },
  { service: "DocumentCloud", pattern: /^(?:embed|www)\.documentcloud\.org\// },
  { service: "Scribd", pattern: /^www\.scribd\.com\/embeds\/(\d+)/, page: "https://www.scribd.com/document/$1" },
  { service: "BBC", pattern: /^www\.bbc\.(?:com|co\.uk)\// },
  { service: "Deutsche Welle", pattern: /^(?:www|p)\.dw\.com\/(?:embed|overlay)/ },
  { service: "ARD", pattern: /^(?:www\.)?(?:ardmediathek|ardaudiothek)\.de\/(?:embed|player)/ },
  { service: "ZDF", pattern: /^ngp\.zdf\.de\/miniplayer/ },
];

/**
 * Turns the address of an embedded frame into the page to link to and the name of the service.
 *
 * @param url absolute and clean.
 * @returns undefined for a frame of no known service: an advertisement, a counter, a form.
 */
export function linkEmbed(url: string): { readonly url: string; readonly service: string } | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  const place = parsed.host + parsed.pathname;
  for (const { service, pattern, page } of embedRules) {
    const match = pattern.exec(place);
    if (match !== null) {
      const target = page?.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
      return { url: target ?? url, service };
    }
  }
  return undefined;
}
