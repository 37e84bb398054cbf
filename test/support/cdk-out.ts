/** Where the synthesized stack lies: the same place as for `npm start`, so that neither builds what the other has. */
export const cdkOut = new URL("../../.local/cdk.out", import.meta.url).pathname;
