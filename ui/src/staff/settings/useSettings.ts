import { usePolling } from '../../shared/desk/usePolling'
import { api } from '../api'

/** What holds at this centre, and how it is changed. */
export function useSettings() {
  const list = usePolling(api.settings, 15_000)

  async function choose(name: string, value: string, shown: string): Promise<void> {
    await api.chooseSetting(name, value, shown)
    await list.refresh()
  }

  async function reset(name: string): Promise<void> {
    await api.resetSetting(name)
    await list.refresh()
  }

  return { list, choose, reset }
}
