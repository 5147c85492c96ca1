import { createApp } from 'vue'
import en from '../../locales/en.json?first'
import zhCN from '../../locales/zh-CN.json?first'
import { createLanguages } from '../shared/i18n'
import { languagesKey } from '../shared/useLanguage'
import App from './App.vue'
import { Sessions, sessionsKey } from './attempt/sessions'
import { Rest, restFiles, restKey } from './rest'
import { createRoutes } from './routes'
import { createWho, whoKey } from './who'
import '../shared/tokens.css'
import './style.css'

const languages = createLanguages({ 'zh-CN': zhCN, en })
const who = createWho()

const rest = new Rest(restFiles(), async () => {
  const pages = await import('./restPages')
  pages.takeBack(router)
  languages.global.setLocaleMessage('zh-CN', pages.words['zh-CN'])
  languages.global.setLocaleMessage('en', pages.words.en)
  return pages
})

const router = createRoutes(rest, who)

createApp(App)
  .use(languages)
  .use(router)
  .provide(languagesKey, languages)
  .provide(sessionsKey, new Sessions())
  .provide(whoKey, who)
  .provide(restKey, rest)
  .mount('#app')

// Safari shows a press (:active) only where somebody listens for touches.
addEventListener('touchstart', () => undefined, { passive: true })

// The log-in is drawn and can be typed into before the rest asks for the line.
if (location.pathname === '/login') requestAnimationFrame(() => setTimeout(() => rest.ahead()))
else rest.ahead()
