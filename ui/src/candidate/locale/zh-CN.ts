// Only what the candidate's pages say: named imports keep the desks' words out.
export { candidate, common, error, help, hint, pin } from '../../../locales/zh-CN.json'
