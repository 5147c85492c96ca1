import { ApiError, asApiError } from '../../shared/api/http'
import { api } from '../api'

/** Settings as the steps ask for them; one that stands in the file stays as it is. */
export function useChosen() {
  const find = async (name: string) => (await api.settings()).settings.find((one) => one.name === name)
  const read = async (name: string) => (await find(name))?.value ?? ''

  async function choose(name: string, value: string): Promise<void> {
    const now = await find(name).catch(notDone)
    if (now?.value !== value) await api.chooseSetting(name, value, now?.value)
  }

  return { read, choose }
}

/** A reading on the way to an act: that it failed means that nothing was done, which is said at the form. */
function notDone(thrown: unknown): never {
  const { code, status, args } = asApiError(thrown)
  throw new ApiError(code, status, { ...args, act: true })
}
