import { showConfirmDialog } from '../vantRest'

export interface Question {
  title: string
  text: string
  yes: string
  no: string
  /** Whether «yes» destroys something. */
  danger?: boolean
}

/** Asks once more; resolves to whether the answer was yes. */
export function ask(question: Question): Promise<boolean> {
  return showConfirmDialog({
    title: question.title,
    message: question.text,
    messageAlign: 'left',
    confirmButtonText: question.yes,
    cancelButtonText: question.no,
    className: question.danger ? 'danger-dialog' : '',
    // The way back is the phone's way out of a question: it means no.
    closeOnPopstate: true,
  }).then(
    () => true,
    () => false,
  )
}
