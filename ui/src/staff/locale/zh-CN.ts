export { common, desk, error, finding, help, staff } from '../../../locales/zh-CN.json'
