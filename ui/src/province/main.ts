import { createApp } from 'vue'
import { createLanguages } from '../shared/i18n'
import { languagesKey } from '../shared/useLanguage'
import App from './App.vue'
import * as en from './locale/en'
import * as zhCN from './locale/zh-CN'
import '../shared/tokens.css'
import '../shared/desk/desk.css'

const languages = createLanguages({ 'zh-CN': { ...zhCN }, en: { ...en } })

createApp(App).use(languages).provide(languagesKey, languages).mount('#app')
