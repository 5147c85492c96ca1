// The components of Vant that the first load does not need.
export { Popup as VanPopup } from 'vant/es/popup'
export { Progress as VanProgress } from 'vant/es/progress'
export { closeDialog, showConfirmDialog, showDialog } from 'vant/es/dialog'
export { showToast } from 'vant/es/toast'
