export { common, desk, error, finding, help, pin, staff } from '../../../locales/zh-CN.json'
