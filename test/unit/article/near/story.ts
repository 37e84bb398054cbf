const lines = [
  "HARBOR CITY, March 3 (Wire) - The port authority said on Tuesday that 1,250 dock workers had accepted a pay deal.",
  "The agreement ends a strike of 19 days that had left 47 container ships waiting outside the breakwater.",
  "Workers will receive 4.5 percent more from May and a further 2.75 percent next year, chairman Oskar Lindqvist said.",
  "The union, led by Maria Okafor, had asked for 9 percent and a shorter week for crane drivers on the night shift.",
  "Shipping lines such as Nordhavn and Baltic Star estimated that the stoppage had cost them 83 million crowns a day.",
  "Farmers in the valley lost part of their apple harvest because refrigerated boxes stood without power on the quay.",
  "Trade minister Ilse Brandt welcomed the result but warned that the terminal must be modernised before winter comes.",
  "Ships are to be unloaded in the order of their arrival, which the harbor master expects to take until 21 March.",
];

/** A report of some 150 words with names and figures. */
export const story = {
  title: "Dock workers in Harbor City accept pay deal",
  lines,
  publishedAt: "2026-03-03T09:00:00Z",
};
