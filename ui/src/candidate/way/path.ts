// The way to the exam: check → practice → rules → exam. Every step is done,
// skipped or to come; «enter the exam» leads to the first that is to come.

import type { RouteLocationRaw } from 'vue-router'
import type { Order } from '../../shared/api/types'
import { recall, remember } from './memory'

export const STEPS = ['check', 'practice', 'rules', 'exam'] as const
export type Step = (typeof STEPS)[number]
export type StepState = 'done' | 'skipped' | 'open'

/** The check belongs to this phone, not to the candidate. */
export const rememberCheck = () => remember('checked', new Date().toISOString())
export const rememberRules = (order: string) => remember(`rules-${order}`, 'shown')

const skippedOf = (order: string) => recall(`skipped-${order}`).split(' ')
export function skip(order: string, step: Step): void {
  remember(`skipped-${order}`, [...new Set([...skippedOf(order), step])].join(' ').trim())
}

/** A practice run that the centre requires cannot be skipped (R26), nor the rules (R6). */
export const maySkip = (order: Order, step: Step) => step === 'check' || (step === 'practice' && !order.practice_required)

export function stateOf(order: Order, step: Step): StepState {
  const done = {
    check: recall('checked') !== '',
    practice: order.practiced,
    rules: !!order.rules_agreed_version || recall(`rules-${order.id}`) !== '',
    exam: ['submitted', 'auto_submitted'].includes(order.status),
  }[step]
  if (done) return 'done'
  // A candidate who began an attempt has passed the steps before it.
  const passed = order.attempts_used > 0 || skippedOf(order.id).includes(step)
  return passed && maySkip(order, step) ? 'skipped' : 'open'
}

export function pageOf(order: Order, step: Step): RouteLocationRaw {
  const params = { order: order.id }
  if (step === 'check' || step === 'practice') return { name: step, params }
  return { name: order.face_consent === 'none' ? 'consent' : 'rules', params }
}

/** The first step after `after` that is neither done nor skipped; the rules are where the exam starts. */
export function nextStep(order: Order, after?: Step): Step {
  const rest = STEPS.slice(after ? STEPS.indexOf(after) + 1 : 0)
  const first = rest.find((step) => stateOf(order, step) === 'open')
  return first === undefined || first === 'exam' ? 'rules' : first
}

/** Whether there is still a way to show: not once the order is over. */
export const onTheWay = ({ status }: Order) => ['waiting', 'open', 'running'].includes(status)

/** Where «enter the exam» leads. */
export function entrance(order: Order): RouteLocationRaw {
  if (order.status === 'running' && order.attempt_id) return { name: 'attempt', params: { id: order.attempt_id } }
  return pageOf(order, nextStep(order))
}
