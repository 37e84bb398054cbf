/** A line of the bill. */
export interface BillLine {
  readonly service: string;
  readonly what: string;
  /** For all submissions of the month. */
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
}

/** @param price of one unit, in dollars */
export function billLine(service: string, what: string, quantity: number, unit: string, price: number): BillLine {
  return { service, what, quantity: Math.round(quantity), unit, usd: quantity * price };
}
