export { candidate, common, error, help, hint, pin } from '../../../locales/en.json'
