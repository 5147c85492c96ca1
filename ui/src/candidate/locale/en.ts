export { candidate, common, error, help, hint } from '../../../locales/en.json'
