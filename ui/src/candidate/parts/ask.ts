import { painted } from '../../shared/painted'
import { closeDialog, showConfirmDialog } from '../vantLazy'
import { lieOver } from '../way/back'

export interface Question {
  title: string
  text: string
  yes: string
  no: string
  /** Whether «yes» destroys something. */
  danger?: boolean
}

/** Answers the question that was asked last. */
let last: (yes: boolean) => void = () => undefined

/**
 * Asks once more; resolves to whether the answer was yes. The phone's way back is a way out of the question: it means no.
 * The dialog takes a slow phone a while to build, so the tap that asks is answered before.
 */
export function ask(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    let answered = false
    const answer = (yes: boolean) => {
      answered = true
      away()
      resolve(yes)
    }
    const away = lieOver(() => {
      closeDialog()
      answer(false)
    })
    last(false) // of two questions the newer one is shown
    last = answer
    void painted().then(() => answered || show(question, answer))
  })
}

function show(question: Question, answer: (yes: boolean) => void): void {
  showConfirmDialog({
    title: question.title,
    message: question.text,
    messageAlign: 'left',
    confirmButtonText: question.yes,
    cancelButtonText: question.no,
    className: question.danger ? 'danger-dialog' : '',
    closeOnPopstate: false, // back.ts handles it
    // The dialog's own reference is the title's text in place of an id, which names nothing.
    ...{ 'aria-labelledby': undefined, 'aria-label': question.title },
  }).then(
    () => answer(true),
    () => answer(false),
  )
}
