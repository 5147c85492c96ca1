import type { Order } from '../../shared/api/types'

/** How it is made sure who plays: a key of `candidate.face`. */
export type Identification = 'compared' | 'by_eye' | 'declined' | 'no_photo' | 'not_asked'

/** Whoever played goes to the desk before leaving: no machine and nobody else compares the face (R2, R25). */
export const goesToDesk = (order: Pick<Order, 'photo' | 'compares' | 'face_consent'>): boolean => !['compared', 'by_eye'].includes(identification(order))

export function identification({ photo, compares, face_consent }: Pick<Order, 'photo' | 'compares' | 'face_consent'>): Identification {
  if (!photo) return 'no_photo' // whatever the answer, there is nothing to compare with (R2)
  if (face_consent === 'declined') return 'declined'
  if (face_consent === 'none') return 'not_asked'
  return compares ? 'compared' : 'by_eye'
}
