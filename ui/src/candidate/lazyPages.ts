// Everything but the log-in, as one module: once it is loaded, moving between
// pages needs no network, even if it is lost in the middle of the exam.
import * as en from './locale/en'
import * as zhCN from './locale/zh-CN'

export { ask } from './parts/ask'
export { takeBack } from './way/back'
export { default as RunningBar } from './parts/RunningBar.vue'
export { default as HelpButton } from './help/HelpButton.vue'
export { default as Replaced } from './parts/Replaced.vue'
export { default as Gate } from './way/Gate.vue'
export { default as Attempt } from './pages/Attempt.vue'
export { default as Check } from './pages/Check.vue'
export { default as Consent } from './pages/Consent.vue'
export { default as Guide } from './pages/Guide.vue'
export { default as QrLogin } from './pages/QrLogin.vue'
export { default as Info } from './pages/Info.vue'
export { default as Items } from './pages/Items.vue'
export { default as Orders } from './pages/Orders.vue'
export { default as Practice } from './pages/Practice.vue'
export { default as Record } from './pages/Record.vue'
export { default as Rehearsal } from './pages/Rehearsal.vue'
export { default as Reset } from './pages/Reset.vue'
export { default as Rules } from './pages/Rules.vue'
export { default as Secure } from './pages/Secure.vue'
export { default as Submit } from './pages/Submit.vue'
export { default as Ticket } from './pages/Ticket.vue'

export const words = { 'zh-CN': { ...zhCN }, en: { ...en } }
