// What a chat is about, made ready: the prepared pictures and the texts around them, of a row or of a picture alone.
import { pictureChatTexts, rowChatTexts, type ChatRow } from '../domain/chat.ts';
import type { ColumnMap } from '../domain/columns.ts';
import type { Language } from '../domain/language.ts';
import type { Recipe } from '../domain/recipe.ts';
import { RowscribeError } from '../errors.ts';
import type { ChatHead } from '../ports/chats.ts';
import type { Engine, EngineImage } from '../ports/engine.ts';
import type { Images, PreparedPicture } from '../ports/images.ts';
