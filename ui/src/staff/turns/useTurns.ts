// The order of turns as the desk has it: read anew at every news of a call or
// a change, a change previewed before it is saved, and the steps of a turn.
import { nextTick, ref, shallowRef, watchEffect } from 'vue'
import type { Turn, TurnsChange, TurnsPreview } from '../../shared/api/types'
import { usePolling } from '../../shared/desk/usePolling'
import { useAct } from '../../shared/useAct'
import { api, screenEvents } from '../api'
import { useNews } from '../useNews'

export type TurnStep = 'call' | 'came' | 'missed' | 'undo'

/** Milliseconds between readings: that an exam began is told by no event. */
const EVERY = 5000
const WITHOUT = 15_000

export function useTurns() {
  const who = ref('')
  const board = usePolling(async () => {
    const read = await api.turns()
    ahead.value = Date.parse(read.at) - Date.now()
    return read
  }, EVERY)
  const without = usePolling(() => api.withoutTurn(who.value), WITHOUT)
  /** Milliseconds that the server's clock is ahead. */
  const ahead = ref(0)
  const act = useAct()
  /** A row is in somebody's hand: what is shown keeps still. */
  const dragging = ref(false)
  const shown = shallowRef<Awaited<ReturnType<typeof api.turns>> | null>(null)
  const change = shallowRef<TurnsChange | null>(null)
  const preview = shallowRef<TurnsPreview | null>(null)
  let before: HTMLElement | null = null

  const refresh = async () => void (await Promise.all([board.refresh(), without.refresh()]))

  /** A refusal may mean that another helper was faster: what is shown is read again. */
  async function run(what: () => Promise<unknown>): Promise<boolean> {
    const well = await act.run(what)
    await refresh()
    return well
  }

  const step = (turn: Turn, which: TurnStep) => run(() => api.turnStep(turn.order_id, which, turn.known))

  /** Asks whom the change would move. */
  async function look(wanted: TurnsChange): Promise<void> {
    if (act.busy.value) return
    if (!change.value) before = document.activeElement as HTMLElement | null
    const well = await act.run(async () => {
      preview.value = await api.previewTurns(wanted)
      change.value = wanted
    })
    if (!well) await forget()
  }

  async function forget(): Promise<void> {
    change.value = preview.value = null
    await nextTick()
    if (before?.isConnected) before.focus()
    before = null
  }

  async function save(): Promise<boolean> {
    const [wanted, shown] = [change.value, preview.value]
    if (!wanted || !shown) return false
    const well = await run(() => api.saveTurns({ ...wanted, fingerprint: shown.fingerprint }))
    // What could not be saved can be saved again, but for one that would be another change now.
    if (well || act.problem.value?.code === 'turns_changed') await forget()
    return well
  }

  watchEffect(() => {
    if (!dragging.value) shown.value = board.data.value
  })
  useNews(screenEvents, 'screen', refresh)

  return { board: { ...board, data: shown }, dragging, without, who, ahead, act, change, preview, run, step, look, forget, save, refresh }
}

export type TurnsDesk = ReturnType<typeof useTurns>
