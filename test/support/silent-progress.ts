import type { ShowProgress } from "../../infra/ops/show-progress.ts";

export const silentProgress: ShowProgress = { update() {}, end() {} };
