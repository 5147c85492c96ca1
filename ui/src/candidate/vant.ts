// The styles of all components of Vant that the candidate's pages use, and the
// components that the log-in needs; the others are in vantLazy.ts. Vant's icon
// font is not used.
import 'vant/es/action-sheet/style/index'
import 'vant/es/button/style/index'
import 'vant/es/dialog/style/index'
import 'vant/es/field/style/index'
import 'vant/es/popup/style/index'
import 'vant/es/progress/style/index'
import 'vant/es/toast/style/index'

export { Button as VanButton } from 'vant/es/button'
export { Field as VanField } from 'vant/es/field'
