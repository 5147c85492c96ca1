export { common, desk, error, finding, province } from '../../../locales/zh-CN.json'
