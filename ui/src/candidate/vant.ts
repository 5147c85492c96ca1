// The parts of Vant that the candidate's pages use, with their styles. None of
// them shows Vant's icon font.
import 'vant/es/action-sheet/style/index'
import 'vant/es/button/style/index'
import 'vant/es/dialog/style/index'
import 'vant/es/field/style/index'
import 'vant/es/popup/style/index'
import 'vant/es/progress/style/index'
import 'vant/es/toast/style/index'

export { Button as VanButton } from 'vant/es/button'
export { Field as VanField } from 'vant/es/field'
export { Popup as VanPopup } from 'vant/es/popup'
export { Progress as VanProgress } from 'vant/es/progress'
export { showConfirmDialog, showDialog } from 'vant/es/dialog'
export { showToast } from 'vant/es/toast'
