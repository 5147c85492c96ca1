// What a centre is called on the province's pages.
import type { Centre } from '../shared/api/types'

/** Its title where it has one, else its short name. */
export const titleOf = ({ title, centre }: Pick<Centre, 'title' | 'centre'>): string => title || centre
