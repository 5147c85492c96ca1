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

/** Asks once more; resolves to whether the answer was yes. The phone's way back is a way out of the question: it means no. */
export function ask(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      away()
      resolve(yes)
    }
    const away = lieOver(() => {
      closeDialog()
      answer(false)
    })
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
  })
}
