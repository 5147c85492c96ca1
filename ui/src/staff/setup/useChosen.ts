import { api } from '../api'

/** Settings as the steps ask for them; one that stands in the file stays as it is. */
export function useChosen() {
  const read = async (name: string) => (await api.settings()).settings.find((one) => one.name === name)?.value ?? ''

  async function choose(name: string, value: string): Promise<void> {
    const now = (await api.settings()).settings.find((one) => one.name === name)
    if (now?.value !== value) await api.chooseSetting(name, value, now?.value)
  }

  return { read, choose }
}
