interface Size {
  width: number
  height: number
}

/** Percent of the box's width: how small and how large a score may be, and how it is shown first. */
export interface ScoreFit {
  smallest: number
  largest: number
  first: number
}

export const usualFit: ScoreFit = { smallest: 50, largest: 300, first: 100 }

/**
 * How a score fits its box: it can be made so small that all of it is seen, and
 * so large that it fills the height. It begins as wide as the box; one so wide
 * that it would be less than half as high, and its notes too small to read, begins
 * as high as the box and is moved sideways.
 */
export function fitOf(picture: Size, box: Size): ScoreFit {
  if (picture.width <= 0 || picture.height <= 0 || box.width <= 0 || box.height <= 0) return usualFit
  const filling = Math.floor((((box.height * picture.width) / picture.height) * 100) / box.width)
  return {
    smallest: Math.max(10, Math.min(usualFit.smallest, filling)),
    largest: Math.max(usualFit.largest, filling),
    first: filling > 200 ? filling : usualFit.first,
  }
}
