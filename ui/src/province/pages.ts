// The places of the province's page, and who sees each: as the server has it.
import type { Component } from 'vue'
import type { ProvinceMe } from '../shared/api/types'
import AuditLog from './AuditLog.vue'
import Expected from './Expected.vue'
import Own from './Own.vue'
import People from './People.vue'
import { isHead } from './roles'

export interface ProvincePage {
  /** Behind # in the address; it begins with a slash, because a centre's name is what else stands there. */
  hash: string
  title: string
  mine: (me: ProvinceMe) => boolean
  page: Component
  /** Others lead to it. */
  aside?: true
}

export const pages: readonly ProvincePage[] = [
  { hash: '/expected', title: 'province.places.expected', mine: () => true, page: Expected },
  { hash: '/people', title: 'province.places.people', mine: isHead, page: People },
  { hash: '/audit', title: 'province.places.audit', mine: isHead, page: AuditLog },
  { hash: '/me', title: 'desk.me.title', mine: () => true, page: Own, aside: true },
]
