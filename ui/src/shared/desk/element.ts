// The parts of Element Plus that the desks use, with their styles.
import 'element-plus/es/components/base/style/css'
import 'element-plus/es/components/button/style/css'
import 'element-plus/es/components/config-provider/style/css'
import 'element-plus/es/components/drawer/style/css'
import 'element-plus/es/components/input/style/css'
import 'element-plus/es/components/message/style/css'

export { ElButton } from 'element-plus/es/components/button/index'
export { ElConfigProvider } from 'element-plus/es/components/config-provider/index'
export { ElDrawer } from 'element-plus/es/components/drawer/index'
export { ElInput } from 'element-plus/es/components/input/index'
export { ElMessage } from 'element-plus/es/components/message/index'

import en from 'element-plus/es/locale/lang/en'
import zhCn from 'element-plus/es/locale/lang/zh-cn'

/** Element Plus's own words. */
export const elementWords = { en, 'zh-CN': zhCn }
