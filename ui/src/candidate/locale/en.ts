export { candidate, common, error, hint } from '../../../locales/en.json'
