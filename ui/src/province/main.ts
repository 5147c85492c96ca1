import { createApp } from 'vue'
import { createLanguages } from '../shared/i18n'
import { languagesKey } from '../shared/useLanguage'
import App from './App.vue'
import * as chinese from './locale/zh-CN'
import '../shared/tokens.css'
import '../shared/desk/desk.css'

async function begin(): Promise<void> {
  const languages = await createLanguages({ ...chinese }, async () => ({ ...(await import('./locale/en')) }))
  createApp(App).use(languages).provide(languagesKey, languages).mount('#app')
}

void begin()
