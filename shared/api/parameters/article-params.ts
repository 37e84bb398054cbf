import * as z from "zod";
import { ArticleId } from "../article-id.ts";

export const articleParams = z.strictObject({ id: ArticleId });
