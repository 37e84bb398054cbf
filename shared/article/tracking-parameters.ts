/** A rule for one query parameter, or for all whose names begin alike. Names are compared without regard to case. */
interface ParameterRule {
  readonly name: string;
  readonly reason: string;
}

/** Everything that begins like this was made for campaign statistics; no site is known to route by it. */
const trackingPrefixes: readonly ParameterRule[] = [
  { name: "utm_", reason: "Google Analytics campaigns, the lingua franca of newsletters" },
  { name: "mtm_", reason: "Matomo campaigns" },
  { name: "matomo_", reason: "Matomo campaigns, long form" },
  { name: "pk_", reason: "Piwik campaigns, as Matomo was called" },
  { name: "piwik_", reason: "Piwik campaigns, long form" },
  { name: "at_", reason: "AT Internet, Piano: at_medium, at_campaign, at_custom1 (BBC, French press)" },
  { name: "hsa_", reason: "HubSpot advertisements" },
  { name: "__hs", reason: "HubSpot cross-domain cookies: __hssc, __hstc, __hsfp" },
  { name: "ns_", reason: "comScore: ns_mchannel, ns_source, ns_campaign, ns_linkname" },
  { name: "wt_", reason: "Webtrekk and Mapp: wt_mc, wt_zmc, wt_cc (German press)" },
  { name: "wt.", reason: "Webtrends: WT.mc_id, WT.srch" },
  { name: "guce_", reason: "Yahoo's consent detour leaves its referrer behind" },
  { name: "fb_", reason: "Facebook: fb_action_ids, fb_source, fb_ref" },
  { name: "oly_", reason: "Omeda newsletters: oly_enc_id, oly_anon_id" },
  { name: "vero_", reason: "Vero mailings" },
  { name: "sara_", reason: "Spiegel's sharing statistics: sara_ref, sara_ecid" },
  { name: "gad_", reason: "Google Ads: gad_source, gad_campaignid" },
  { name: "soc_", reason: "Yahoo's sharing: soc_src, soc_trk" },
  { name: "aff_", reason: "Affiliate networks: aff_id, aff_sub" },
  { name: "cm_mm", reason: "IBM Coremetrics: cm_mmc, cm_mmca1" },
];

/** Exact names. */
const trackingNames: readonly ParameterRule[] = [
  { name: "fbclid", reason: "Facebook click" },
  { name: "mibextid", reason: "Facebook mobile sharing" },
  { name: "sfnsn", reason: "Facebook mobile sharing" },
  { name: "__tn__", reason: "Facebook link decoration" },
  { name: "__xts__", reason: "Facebook link decoration" },
  { name: "__cft__", reason: "Facebook link decoration" },
  { name: "igshid", reason: "Instagram sharing" },
  { name: "igsh", reason: "Instagram sharing" },
  { name: "gclid", reason: "Google Ads click" },
  { name: "gclsrc", reason: "Google Ads click" },
  { name: "gbraid", reason: "Google Ads click on iOS" },
  { name: "wbraid", reason: "Google Ads click on iOS" },
  { name: "dclid", reason: "Google Display click" },
  { name: "srsltid", reason: "Google Merchant result" },
  { name: "_ga", reason: "Google Analytics cross-domain" },
  { name: "_gl", reason: "Google Analytics cross-domain" },
  { name: "usqp", reason: "Google AMP cache" },
  { name: "amp_js_v", reason: "Google AMP cache" },
  { name: "amp_gsa", reason: "Google AMP cache" },
  { name: "msclkid", reason: "Microsoft Ads click" },
  { name: "ocid", reason: "Microsoft, MSN and BBC channel" },
  { name: "cvid", reason: "MSN page view" },
  { name: "yclid", reason: "Yandex Direct click" },
  { name: "ysclid", reason: "Yandex Search click" },
  { name: "_openstat", reason: "OpenStat, Russian press" },
  { name: "twclid", reason: "Twitter click" },
  { name: "__twitter_impression", reason: "Twitter AMP view" },
  { name: "ref_src", reason: "Twitter embed" },
  { name: "ref_url", reason: "Twitter embed" },
  { name: "ttclid", reason: "TikTok click" },
  { name: "li_fat_id", reason: "LinkedIn click" },
  { name: "trk", reason: "LinkedIn link decoration" },
  { name: "rdt_cid", reason: "Reddit click" },
  { name: "epik", reason: "Pinterest click" },
  { name: "mc_cid", reason: "Mailchimp campaign" },
  { name: "mc_eid", reason: "Mailchimp recipient: also personal data" },
  { name: "mkt_tok", reason: "Marketo recipient: also personal data" },
  { name: "_hsenc", reason: "HubSpot recipient: also personal data" },
  { name: "_hsmi", reason: "HubSpot mailing" },
  { name: "hsctatracking", reason: "HubSpot button" },
  { name: "emci", reason: "EveryAction mailing" },
  { name: "emdi", reason: "EveryAction mailing" },
  { name: "ceid", reason: "EveryAction recipient: also personal data" },
  { name: "bxid", reason: "Condé Nast newsletter reader: also personal data" },
  { name: "cndid", reason: "Condé Nast newsletter reader: also personal data" },
  { name: "mbid", reason: "Condé Nast social post" },
  { name: "s_cid", reason: "Adobe Analytics campaign" },
  { name: "s_kwcid", reason: "Adobe Analytics keyword" },
  { name: "ef_id", reason: "Adobe Advertising click" },
  { name: "xtor", reason: "AT Internet before at_: xtor=RSS-3208 (French press, RFI, Ouest-France)" },
  { name: "icid", reason: "Internal campaign, Adobe habit" },
  { name: "ncid", reason: "Newsletter campaign (HuffPost, AOL)" },
  { name: "cmpid", reason: "Campaign (Bloomberg, CNBC)" },
  { name: "cmp", reason: "The Guardian's campaign: CMP=share_btn_tw" },
  { name: "smid", reason: "New York Times sharing" },
  { name: "smtyp", reason: "New York Times sharing" },
  { name: "ito", reason: "Daily Mail channel" },
  { name: "ftag", reason: "CBS and CNET channel" },
  { name: "reflink", reason: "Wall Street Journal sharing" },
  { name: "guccounter", reason: "Yahoo's consent detour" },
  { name: "tsrc", reason: "Yahoo Finance channel" },
  { name: "taid", reason: "True Anthem social post" },
  { name: "spm", reason: "Alibaba page position (SCMP, Chinese press)" },
  { name: "scm", reason: "Alibaba content position" },
  { name: "wickedid", reason: "Wicked Reports" },
  { name: "rb_clickid", reason: "Russian advertising click" },
  { name: "irclickid", reason: "Impact affiliate click" },
  { name: "zanpid", reason: "Awin affiliate click" },
  { name: "dicbo", reason: "Outbrain click" },
  { name: "tblci", reason: "Taboola click" },
  { name: "xing_share", reason: "Xing sharing" },
];

/** Considered and left alone: each of these chooses the page on some site, and a wrong merge costs more than a miss. */
export const keptParameters: readonly ParameterRule[] = [
  { name: "ref", reason: "A Git reference, a catalogue number or a referrer; nobody can tell" },
  { name: "id", reason: "The article itself on older content systems" },
  { name: "cid", reason: "A campaign at Deutsche Welle, a category elsewhere" },
  { name: "source", reason: "A filter on search pages" },
  { name: "src", reason: "The picture on image proxies" },
  { name: "mod", reason: "A campaign at the Wall Street Journal, the module of many PHP systems" },
  { name: "campaign_id", reason: "The page itself on donation sites" },
  { name: "sharetoken", reason: "Opens a paid article; without it the link is dead" },
  { name: "amp", reason: "Another rendering of the page, so not for this table to decide" },
];

const trackingNameSet: ReadonlySet<string> = new Set(trackingNames.map((rule) => rule.name));

/**
 * Says whether a query parameter only tells where a reader came from, so that dropping it leaves the same page.
 *
 * Takes the decoded name without its value; case does not matter. The lists follow what publishers' own links carry;
 * in doubt a parameter is kept (see `keptParameters`).
 */
export function isTrackingParameter(name: string): boolean {
  const lowered = name.toLowerCase();
  if (trackingNameSet.has(lowered)) return true;
  for (const prefix of trackingPrefixes) {
    if (lowered.startsWith(prefix.name)) return true;
  }
  return false;
}
