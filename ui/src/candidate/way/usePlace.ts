import { computed } from 'vue'
import { useWho } from '../who'
import { kindOf, thisBrowser } from './device'

/**
 * Whether this device may record and upload (R4): phones and tablets may, a
 * computer when staff allowed it. The server has the last word; where it has
 * not said anything yet the page goes by what it sees itself.
 */
export function usePlace() {
  const { me } = useWho()
  const seen = kindOf(thisBrowser())
  const device = computed(() => me.value?.device)
  const mayRecord = computed(() => device.value?.allowed ?? seen !== 'desktop')
  return { device, mayRecord, kind: seen }
}
