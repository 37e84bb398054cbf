/**
 * The k smallest different values of a list, ascending: a sample of the set that is the same for equal sets, whatever their
 * order.
 *
 * Source: bottom-k sketches (Edith Cohen, Haim Kaplan, "Summarizing data using bottom-k sketches", 2007), after the MinHash
 * of Andrei Broder ("On the resemblance and containment of documents", 1997).
 */
export function smallestHashes(values: Uint32Array, k: number): Uint32Array {
  // Only values below a limit that lets through about twice k are sorted. Repeated values can make that too few.
  // Stryker disable next-line ConditionalExpression,EqualityOperator,ArithmeticOperator: whatever the limit, the sample is the same.
  const limit = values.length > 2 * k ? (2 * k * 2 ** 32) / values.length : 2 ** 32;
  // Stryker disable next-line ConditionalExpression,EqualityOperator,ArithmeticOperator,ArrowFunction: the same.
  const sample = takeDistinct(values.length > 2 * k ? values.filter((value) => value < limit) : values.slice(), k);
  return sample.length < k && limit < 2 ** 32 ? takeDistinct(values.slice(), k) : sample;
}

/** Sorts in place. */
function takeDistinct(values: Uint32Array, k: number): Uint32Array {
  values.sort();
  let count = 0;
  for (let index = 0; index < values.length && count < k; index += 1) {
    const value = values[index] ?? 0;
    if (count === 0 || values[count - 1] !== value) {
      values[count] = value;
      count += 1;
    }
  }
  return values.slice(0, count);
}
