import * as z from "zod";
import { ImportId } from "../import.ts";

export const importParams = z.strictObject({ id: ImportId });
