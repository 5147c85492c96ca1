// What the calls of the board's acts are asked with and answer.

import type { Sure } from '../../../shared/api/client'
import type { components } from '../../../shared/api/openapi'

type Schemas = components['schemas']

export type DeskAttempt = Sure<Schemas['DeskAttemptBody']>
export type BoardAct = Schemas['BoardAct']
export type NewNote = Schemas['NoteInputBody']
export type NewDeskDecision = Schemas['DecideAtDeskInputBody']
