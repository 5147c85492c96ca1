/** A reason stands within a sentence, which has its own full stop. */
export const withoutFullStop = (reason: string) => reason.trim().replace(/[。．.；;，,]+$/u, '')
