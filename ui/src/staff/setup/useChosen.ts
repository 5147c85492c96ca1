import { computed, reactive, ref } from 'vue'
import { ApiError, asApiError } from '../../shared/api/http'
import { api } from '../api'

/** What is typed into a step and not kept yet: whoever looks at another step finds it again. */
const typed = reactive(new Map<string, string>())

/** A setting as a step asks for it; one that stands in the file stays as it is. */
export function useChosen(name: string) {
  const kept = ref('')
  const text = computed({
    get: () => typed.get(name) ?? kept.value,
    set: (now: string) => void typed.set(name, now),
  })
  const find = async () => (await api.settings()).settings.find((one) => one.name === name)
  const read = async () => void (kept.value = (await find())?.value ?? '')

  async function keep(value: string): Promise<void> {
    const now = await find().catch(notDone)
    if (now?.value !== value) await api.chooseSetting(name, value, now?.value)
    kept.value = value
    typed.delete(name)
  }

  return { text, read, keep }
}

/** A reading on the way to an act: that it failed means that nothing was done, which is said at the form. */
function notDone(thrown: unknown): never {
  const { code, status, args } = asApiError(thrown)
  throw new ApiError(code, status, { ...args, act: true })
}
