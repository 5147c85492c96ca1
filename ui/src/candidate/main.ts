import { createApp } from 'vue'
import { createLanguages } from '../shared/i18n'
import { languagesKey } from '../shared/useLanguage'
import App from './App.vue'
import { Sessions, sessionsKey } from './attempt/sessions'
import * as en from './locale/en'
import * as zhCN from './locale/zh-CN'
import { createRoutes, fetchRest } from './routes'
import { createWho, whoKey } from './who'
import '../shared/tokens.css'
import './style.css'

const languages = createLanguages({ 'zh-CN': { ...zhCN }, en: { ...en } })

createApp(App)
  .use(languages)
  .use(createRoutes())
  .provide(languagesKey, languages)
  .provide(sessionsKey, new Sessions())
  .provide(whoKey, createWho())
  .mount('#app')

window.addEventListener('load', () => setTimeout(() => void fetchRest(), 500))
