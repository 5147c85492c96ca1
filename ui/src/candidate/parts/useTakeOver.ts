import type { Ref } from 'vue'
import type { Attempt } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'
import { acts } from '../acts'
import type { AttemptSession } from '../attempt/session'
import { ask } from './ask'
import { useSureAct } from './useSureAct'

/** 在此设备继续考试: this device takes the attempt over from the one that holds it (R10), after a question. */
export function useTakeOver(session: AttemptSession, attempt: Readonly<Ref<Attempt>>) {
  const { t } = useLanguage()
  const { busy, problem, run } = useSureAct(session)
  /** A practice run is none that counts: it is called by its own name (R26). */
  const say = (word: string) => t(`candidate.device.${word}${attempt.value.practice ? '_practice' : ''}`)

  async function takeOver(): Promise<void> {
    const question = { title: t('candidate.device.ask_title'), text: say('ask_text'), yes: say('take_over'), no: t('common.cancel') }
    if (busy.value || !(await ask(question))) return
    await run(async () => {
      await session.sure(() => acts.takeOver(attempt.value.id))
      await session.refresh()
    })
  }

  return { say, takeOver, busy, problem }
}
