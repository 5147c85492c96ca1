export { common, desk, error, finding, help, staff } from '../../../locales/en.json'
