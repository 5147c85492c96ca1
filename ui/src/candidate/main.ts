import { createApp } from 'vue'
import en from '../../locales/en.json?first'
import zhCN from '../../locales/zh-CN.json?first'
import { createLanguages } from '../shared/i18n'
import { languagesKey } from '../shared/useLanguage'
import App from './App.vue'
import { Sessions, sessionsKey } from './attempt/sessions'
import { PageLoader, lazyFiles, pageLoaderKey } from './pageLoader'
import { createRoutes } from './routes'
import { createWho, whoKey } from './who'
import '../shared/tokens.css'
import './style.css'

const languages = createLanguages({ 'zh-CN': zhCN, en })
const who = createWho()

const loader = new PageLoader(lazyFiles(), async () => {
  const pages = await import('./lazyPages')
  pages.takeBack(router)
  languages.global.setLocaleMessage('zh-CN', pages.words['zh-CN'])
  languages.global.setLocaleMessage('en', pages.words.en)
  return pages
})

const router = createRoutes(loader, who)

createApp(App)
  .use(languages)
  .use(router)
  .provide(languagesKey, languages)
  .provide(sessionsKey, new Sessions())
  .provide(whoKey, who)
  .provide(pageLoaderKey, loader)
  .mount('#app')

// Safari shows :active only if there is a touch listener.
addEventListener('touchstart', () => undefined, { passive: true })

// The log-in is drawn and can be typed into before the other pages use the network.
if (location.pathname === '/login') requestAnimationFrame(() => setTimeout(() => loader.prefetch()))
else loader.prefetch()
