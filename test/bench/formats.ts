export const showKilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString("en")} KB`;

export const showMs = (ms: number): string => `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;

export const showShare = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const showTimes = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)} ×`;
