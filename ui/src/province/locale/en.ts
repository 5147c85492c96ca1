export { common, desk, error, finding, province } from '../../../locales/en.json'
