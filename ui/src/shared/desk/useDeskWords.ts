import { ApiError } from '../api/http'
import { useLanguage } from '../useLanguage'

/** What a candidate is told to raise a hand for; whoever sits at a desk asks a technician. */
const RAISED = ['offline', 'no_answer', 'unknown', 'internal', 'storage_failed', 'server_busy', 'too_many_connections']

/** Refusals in the words of whoever sits at a desk: a candidate's sentences speak of orders and raised hands. */
export function useDeskWords() {
  const { t, has, sentence } = useLanguage()
  return (problem: ApiError): { text: string; next: string } => {
    const { code, status, args } = problem
    const said = sentence(has(`error.${code}_desk.text`) ? new ApiError(`${code}_desk`, status, args) : problem)
    if (args['act'] === true && code === 'offline') return { text: t('desk.offline'), next: t('desk.act_again') }
    if (args['act'] === true && code === 'no_answer') return { ...said, next: t('desk.act_again') }
    if (code === 'offline') return { text: t('desk.offline'), next: t('desk.again') } // which server, each desk knows
    if (code === 'login_needed') return { ...said, next: t('desk.login.again') }
    return RAISED.includes(code) || !has(`error.${code}.text`) ? { ...said, next: t('desk.again') } : said
  }
}
