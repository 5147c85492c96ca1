import { ref, shallowRef } from 'vue'
import type { HelpReason } from '../../shared/api/types'

/** Why a page offers help; the button opens its sheet and takes it away. */
export const offered = shallowRef<{ reason?: HelpReason } | null>(null)

/** Opens the sheet for help, with the reason that the page already knows first. Nothing is sent before a tap. */
export function openHelp(reason?: HelpReason): void {
  offered.value = { reason }
}

/** Whether the staff were asked and have not closed the call: nobody is told to ask again. */
export const asked = ref(false)
