export { common, desk, error, finding, staff } from '../../../locales/zh-CN.json'
