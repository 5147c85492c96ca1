import { createApp } from 'vue'
import { createLanguages } from '../shared/i18n'
import { languagesKey } from '../shared/useLanguage'
import App from './App.vue'
import { Sessions, sessionsKey } from './attempt/sessions'
import * as chinese from './locale/zh-CN'
import { createRoutes } from './routes'
import { createWho, whoKey } from './who'
import '../shared/tokens.css'
import './style.css'

async function begin(): Promise<void> {
  const languages = await createLanguages({ ...chinese }, async () => ({ ...(await import('./locale/en')) }))
  const sessions = new Sessions()
  const who = createWho()
  const app = createApp(App)
  app.use(languages).use(createRoutes())
  app.provide(languagesKey, languages).provide(sessionsKey, sessions).provide(whoKey, who)
  app.mount('#app')
}

void begin()
