export { common, desk, error, finding, staff } from '../../../locales/en.json'
