import * as z from "zod";

export const articleIdPattern = /^[0-9a-f]{32}$/;

export const ArticleId = z.string().regex(articleIdPattern, "must be an article ID: 32 hexadecimal digits");
