/** Digits and letters of an attempt's id that name it among all of a centre. */
const LENGTH = 12

/** «ABCD-EFGH-IJKL»: short enough to be written down or read out to staff, who find the attempt by it. */
export function receiptNumber(attempt: string): string {
  const groups = attempt.slice(0, LENGTH).toUpperCase().match(/.{1,4}/g)
  return groups ? groups.join('-') : ''
}
